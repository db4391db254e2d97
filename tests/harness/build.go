package harness

import (
	"cmp"
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

// Set is the component set that stories are told on: SET, or the embedded one.
func Set() string { return cmp.Or(os.Getenv("SET"), local.Embedded) }

// Flavour is how the services are built.
type Flavour string

const (
	AsTests Flavour = ""       // with the race detector if the stories have it
	Unraced Flavour = "plain"  // without it, where memory or time is the story
	Faults  Flavour = "faults" // panicking on events whose baggage asks for it
)

var (
	built   = map[Flavour]func() (local.Bin, error){}
	builtMu sync.Mutex
)

// Binaries returns the programs of the system; each flavour is built once per test process.
func Binaries(f Flavour) (local.Bin, error) {
	if f == Unraced && !raced {
		f = AsTests // the same programs
	}
	builtMu.Lock()
	if built[f] == nil {
		built[f] = sync.OnceValues(func() (local.Bin, error) { return build(f) })
	}
	once := built[f]
	builtMu.Unlock()
	return once()
}

func build(f Flavour) (local.Bin, error) {
	noteSources()
	name, args := string(f), []string{}
	if f == Faults {
		args = append(args, "-tags", "faults")
	}
	if raced && f != Unraced {
		name, args = name+"-race", append(args, "-race")
	}
	if len(args) > 0 {
		args = append(args, "-pgo=off") // nobody measures these, and everything would be compiled for them once more
	}
	out := filepath.Join(Root(), ".dapr", "test", "bin-"+name)
	set, err := local.ReadSet(Root(), Set())
	if err != nil {
		return local.Bin{}, err
	}
	bin, err := local.Build{Root: Root(), Services: Services, Set: set, Args: args, Out: out, Progress: os.Stderr}.Run(context.Background())
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
