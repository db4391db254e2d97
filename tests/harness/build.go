package harness

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"orderly/dapr/local"
)

// Services are the apps of the system.
var Services = []string{"order", "stock", "notify"}

// Root is the project's folder: the first one upwards with a go.mod.
var Root = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	panic("no go.mod above the test")
})

// The programs are built once per test process.
var (
	plain  = sync.OnceValues(func() (local.Bin, error) { return build("plain") })
	faulty = sync.OnceValues(func() (local.Bin, error) { return build("faults", "-tags", "faults") })
)

// Binaries returns the programs of the system; with faults, services that panic when an event's baggage asks for it.
func Binaries(faults bool) (local.Bin, error) {
	if faults {
		return faulty()
	}
	return plain()
}

func build(name string, args ...string) (local.Bin, error) {
	if raced {
		name, args = name+"-race", append(args, "-race")
	}
	noteSources()
	out := filepath.Join(Root(), ".dapr", "test", name)
	bin, err := local.Build{Root: Root(), Services: Services, Args: args, Out: out, Progress: os.Stderr}.Run(context.Background())
	if err != nil {
		return bin, err
	}
	cmd := exec.Command("go", "build", "-o", bin.Path(probeID), "./tests/harness/probe")
	cmd.Dir = Root()
	if text, err := cmd.CombinedOutput(); err != nil {
		return bin, fmt.Errorf("go build of the probe: %w\n%s", err, text)
	}
	return bin, nil
}

// noteSources looks at every source file: go test remembers which files a test looked at and calls its last result
// "cached" while they stay the same. The programs are built by this process, so nothing else would tell it.
func noteSources() {
	for _, dir := range []string{"services", "dapr", "components"} {
		_ = filepath.WalkDir(filepath.Join(Root(), dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, _ = os.Stat(path)
			}
			return nil
		})
	}
}
