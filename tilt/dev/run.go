package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// look is how often the file of a program is looked at.
const look = 100 * time.Millisecond

// supervisor runs one program at a time.
type supervisor struct {
	live string // folder that newer programs come to
	out  io.Writer
}

// run runs the program until ctx ends, which asks the program to end, or until it ends by itself. It returns the exit code
// of the program; 128 and the signal if one killed it.
func (s supervisor) run(ctx context.Context, program []string) (int, error) {
	live := filepath.Join(s.live, filepath.Base(program[0]))
	for {
		path, seen := program[0], version(live)
		if seen != nil {
			path = live
		}
		cmd := exec.Command(path, program[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := cmd.Start(); err != nil {
			return 1, err
		}
		var exit error
		ended := make(chan struct{})
		go func() { exit = cmd.Wait(); close(ended) }()
		newer := s.newer(ctx, ended, live, seen)
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return 1, err
		}
		<-ended
		if !newer {
			return exitCode(exit)
		}
		fmt.Fprintf(s.out, "dev: %s has changed, starting it anew\n", filepath.Base(live))
	}
}

// newer waits for a newer program than the one seen, or for the end of ctx or of the program.
func (s supervisor) newer(ctx context.Context, ended <-chan struct{}, live string, seen os.FileInfo) bool {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ended:
			return false
		case <-tick.C:
			if now := version(live); now != nil && !same(now, seen) {
				return true
			}
		}
	}
}

// version is nil for a file that is not there.
func version(file string) os.FileInfo {
	info, err := os.Stat(file)
	if err != nil {
		return nil
	}
	return info
}

// same says whether nobody has put another file into the place of one: untar never writes into one that is there.
func same(now, seen os.FileInfo) bool { return seen != nil && os.SameFile(now, seen) }

func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
