package local

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Bin is where the programs are.
type Bin struct {
	Dir   string // services, and servers of our own
	Daprd string // the Dapr runtime
}

// Path is the file of a program: "broker" or a service.
func (b Bin) Path(name string) string { return filepath.Join(b.Dir, name) }

// Build says what to build.
type Build struct {
	Root     string    // the project
	Services []string  // their folders are services/<name>
	Set      Set       // whose servers, as far as they are ours, are needed
	Args     []string  // further arguments for the services' go build: -race, -tags faults; they need an Out of their own
	Out      string    // folder of services and servers, .dapr/bin if empty
	Progress io.Writer // lines for a person
}

// Run builds what is missing or out of date. The services are built every time, which Go's cache makes cheap; the
// runtime only when what it is made of has changed. Two builds at once wait for each other.
func (b Build) Run(ctx context.Context) (Bin, error) {
	shared := filepath.Join(b.Root, ".dapr", "bin")
	bin := Bin{Dir: b.Out}
	if bin.Dir == "" {
		bin.Dir = shared
	}
	for _, dir := range []string{shared, bin.Dir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return bin, err
		}
	}
	unlock, err := lock(ctx, filepath.Join(b.Root, ".dapr", "build.lock"))
	if err != nil {
		return bin, err
	}
	defer unlock()
	if bin.Daprd, err = b.daprd(ctx, shared); err != nil {
		return bin, err
	}
	for _, kind := range serversOf(b.Set) {
		if kind.ours == "" {
			continue
		}
		module := filepath.Join(b.Root, "dapr", "runtime", kind.ours)
		if err := b.compile(ctx, module, bin.Path(kind.ours), "."); err != nil {
			return bin, err
		}
		if kind.tool == "" {
			continue
		}
		if err := b.compile(ctx, module, bin.Path(kind.program), kind.tool); err != nil {
			return bin, err
		}
	}
	for _, name := range b.Services {
		args := b.Args
		if len(args) == 0 {
			args = []string{"-trimpath"} // another clone finds all of it in Go's cache
		}
		if err := b.compile(ctx, b.Root, bin.Path(name), append(slices.Clone(args), "./services/"+name)...); err != nil {
			return bin, err
		}
	}
	return bin, nil
}

// compile runs go build in dir. Cgo is off, as nothing here needs a C compiler, but for -race.
func (b Build) compile(ctx context.Context, dir, out string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-o", out}, args...)...)
	cmd.Dir = dir
	cmd.Env = os.Environ()
	if !slices.Contains(args, "-race") {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0")
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build of %s: %w\n%s", filepath.Base(out), err, strings.TrimSpace(string(text)))
	}
	return nil
}
