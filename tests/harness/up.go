package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"orderly/dapr/local"
)

// Project is a copy of the project's folder in which `make run` can be tried: sources and built programs are links,
// state is its own.
type Project struct {
	t    *testing.T
	Dir  string
	Base int // PORT_BASE
}

// projects is how many there were: each has ports of its own before it takes them. A hundred up is another kind of port.
var projects atomic.Int32

// NewProject makes one, on ports that are free.
func NewProject(t *testing.T) Project {
	t.Helper()
	own(t)
	Turn(t)
	if _, err := Binaries(AsTests); err != nil { // so that the runtime is built
		t.Fatal(err)
	}
	p := Project{t: t, Dir: t.TempDir(), Base: local.BaseApart + 10*int(projects.Add(1))}
	if err := os.Mkdir(filepath.Join(p.Dir, ".dapr"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum", "Makefile", "components", "dapr", "services", filepath.Join(".dapr", "bin")} {
		if err := os.Symlink(filepath.Join(Root(), name), filepath.Join(p.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for p.Ports().Check() != nil {
		p.Base += 100
	}
	return p
}

// Ports are what `make run` would take here.
func (p Project) Ports() local.Ports {
	p.t.Helper()
	run, err := local.ReadRunFile(Root(), Set())
	if err != nil {
		p.t.Fatal(err)
	}
	ports, err := local.DefaultPorts(run, p.Base)
	if err != nil {
		p.t.Fatal(err)
	}
	return ports
}

// MakeRun is `make run ARGS=-once`.
func (p Project) MakeRun() (code int, out string) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), "make", "run", "ARGS=-once")
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "PORT_BASE="+strconv.Itoa(p.Base))
	text, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		p.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}
