package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is one program of a stack. It can be started again after it ended, on the same ports and with the same
// state.
type Process struct {
	Name string
	Log  string // file with everything it printed, up to a limit; a new start appends

	command func() *exec.Cmd
	stop    syscall.Signal // that asks it to end; SIGTERM if 0
	died    func(Exit)     // called when it ended without being asked
	limit   int64          // of the log, in bytes; no limit if 0

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{} // closed when cmd has ended
	asked bool
	exit  Exit
}

// Exit says how a process ended.
type Exit struct {
	Process string
	Code    int    // -1 when a signal ended it
	State   string // "exit status 1", "signal: killed"
	Log     string // the end of its log
	Ran     time.Duration
}

// Error makes an Exit the reason of a failed start or a broken run.
func (e Exit) Error() string {
	return fmt.Sprintf("%s ended: %s\n%s", e.Process, e.State, readable(e.Log))
}

// harmless reports whether this was a sidecar that ended with a complaint that means nothing: it did not wait any longer
// (Dapr 1.16 goes on trying to deliver to an app that has gone before it, until its own time to stop is over; what it did
// not deliver comes again), or the file of names was busy with others that leave, and its row lapses by itself.
func (e Exit) harmless() bool {
	return strings.Contains(e.Log, "Graceful shutdown timeout exceeded") || strings.Contains(e.Log, "failed to unregister host: database is locked")
}

// Start starts the program; it returns an error if it is running already.
func (p *Process) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running() {
		return fmt.Errorf("%s is running already", p.Name)
	}
	out, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := p.command()
	cmd.Stdout, cmd.Stderr = out, out
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	p.cmd, p.ended, p.asked = cmd, make(chan struct{}), false
	go p.wait(cmd, p.ended, time.Now())
	if p.limit > 0 {
		go p.rotate(p.ended)
	}
	return nil
}

func (p *Process) wait(cmd *exec.Cmd, ended chan struct{}, began time.Time) {
	_ = cmd.Wait() // the state says it all
	p.mu.Lock()
	p.exit = Exit{p.Name, cmd.ProcessState.ExitCode(), cmd.ProcessState.String(), p.Tail(15), time.Since(began)}
	exit, asked := p.exit, p.asked
	p.mu.Unlock()
	close(ended)
	if !asked {
		p.died(exit)
	}
}

// Stop asks the process to end and waits until it has; when ctx ends first it kills. A process that is not running has its
// last Exit returned.
func (p *Process) Stop(ctx context.Context) Exit {
	ended, err := p.signal(cmp.Or(p.stop, syscall.SIGTERM))
	if err != nil {
		return p.last()
	}
	select {
	case <-ended:
		return p.last()
	case <-ctx.Done():
		return p.Kill()
	}
}

// Kill ends the process at once, as a crash would.
func (p *Process) Kill() Exit {
	if ended, err := p.signal(syscall.SIGKILL); err == nil {
		<-ended
	}
	return p.last()
}

// Pause stops the process where it is (SIGSTOP): it holds its connections and answers nothing until Resume.
func (p *Process) Pause() error { return p.send(syscall.SIGSTOP) }

// Resume undoes Pause.
func (p *Process) Resume() error { return p.send(syscall.SIGCONT) }

// Running says whether the program runs.
func (p *Process) Running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running()
}

// PID is the process id, 0 when the program does not run.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return 0
	}
	return p.cmd.Process.Pid
}

// signal sends a signal after which the end of the process is no surprise, and returns what its end closes.
func (p *Process) signal(s syscall.Signal) (ended <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return nil, errors.New(p.Name + " is not running")
	}
	p.asked = true
	return p.ended, p.cmd.Process.Signal(s)
}

func (p *Process) send(s syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return errors.New(p.Name + " is not running")
	}
	return p.cmd.Process.Signal(s)
}

func (p *Process) running() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

func (p *Process) last() Exit {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exit
}
