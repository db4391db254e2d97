package harness

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Running is a `make run` that goes on until it is ended.
type Running struct {
	Project
	cmd   *exec.Cmd
	ended chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

// Run is `make run`. It returns when the system takes orders.
func (p Project) Run() *Running {
	p.t.Helper()
	r := &Running{Project: p, ended: make(chan struct{})}
	r.cmd = exec.Command("make", "run")
	r.cmd.Dir, r.cmd.Env = p.Dir, append(os.Environ(), "PORT_BASE="+strconv.Itoa(p.Base))
	r.cmd.Stdout, r.cmd.Stderr = r, r
	if err := r.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { _ = r.cmd.Wait(); close(r.ended) }() // the state says it all
	p.t.Cleanup(func() { r.Interrupt(); <-r.ended })
	r.Says("Ctrl-C stops everything")
	return r
}

// Write takes what it prints.
func (r *Running) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(text)
}

// Output is what it has printed.
func (r *Running) Output() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

// Says waits until it has printed a text.
func (r *Running) Says(text string) {
	r.t.Helper()
	err := wait(Patience, func() error {
		ended := r.HasEnded()
		if out := r.Output(); !strings.Contains(out, text) {
			if ended {
				r.t.Fatalf("it ended before it said %q:\n%s", text, out)
			}
			return fmt.Errorf("it has not said %q:\n%s", text, out)
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// Interrupt is Ctrl-C.
func (r *Running) Interrupt() {
	for _, pid := range r.pids("up") {
		_ = syscall.Kill(pid, syscall.SIGINT) // it may have ended
	}
}

// Ended waits for its end, and returns its exit code.
func (r *Running) Ended() int {
	<-r.ended
	return r.cmd.ProcessState.ExitCode()
}

// HasEnded says whether it has.
func (r *Running) HasEnded() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// Murder kills the processes of a program, as a crash would: a service, "daprd --app-id <app>", or a server's program. It
// returns how many there were.
func (r *Running) Murder(program string) int {
	pids := r.pids(program)
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended just now
	}
	return len(pids)
}

// pids finds processes by the name of their program and the arguments it begins with, among those that work in the
// project's folder.
func (r *Running) pids(program string) (pids []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, cwd := range all {
		where, err := os.Readlink(cwd)
		line, gone := os.ReadFile(filepath.Join(filepath.Dir(cwd), "cmdline"))
		pid, bad := strconv.Atoi(filepath.Base(filepath.Dir(cwd)))
		if err != nil || gone != nil || bad != nil || where != r.Dir {
			continue
		}
		name, arguments, _ := strings.Cut(string(line), "\x00")
		if strings.HasPrefix(filepath.Base(name)+" "+strings.ReplaceAll(arguments, "\x00", " ")+" ", program+" ") {
			pids = append(pids, pid)
		}
	}
	return pids
}
