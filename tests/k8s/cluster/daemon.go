package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// start starts a program of the cluster in its namespace. It outlives this process; its log is <state>/log/<name>.log.
func (c Cluster) start(name string, cmd *exec.Cmd) error {
	log, err := os.OpenFile(c.state("log", name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	pid := cmd.Process.Pid
	go func() { _ = cmd.Wait() }() // so that it is no zombie should it end while we are here
	return os.WriteFile(c.state("run", name+".pid"), []byte(strconv.Itoa(pid)), 0o600)
}

// pid of a program that start started, 0 when it does not run any more.
func (c Cluster) pid(name string) int {
	text, err := os.ReadFile(c.state("run", name+".pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil || !c.ours(pid) {
		return 0
	}
	return pid
}

// ours says whether a process runs that has to do with this cluster: a number may have gone to somebody else.
func (c Cluster) ours(pid int) bool { return strings.Contains(cmdline(pid), c.path()) }

// cmdline is how a process was started, "" when it has ended.
func cmdline(pid int) string {
	line, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline")) // no file, no process
	return string(line)
}

// stop ends a program that start started, after 10 s by force.
func (c Cluster) stop(ctx context.Context, name string) error {
	pid := c.pid(name)
	if pid == 0 {
		return nil
	}
	_ = syscall.Kill(pid, syscall.SIGTERM)
	gone := func(context.Context) error {
		if c.pid(name) != 0 {
			return errors.New("it still runs")
		}
		return nil
	}
	if err := Until(ctx, 10*time.Second, name+" to end", gone); err == nil {
		return nil
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	return Until(ctx, 5*time.Second, name+" to end by force", gone)
}

// strays are processes with a word in their command line that belong to this cluster.
func (c Cluster) strays(word string) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var found []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && c.ours(pid) && strings.Contains(cmdline(pid), word) {
			found = append(found, pid)
		}
	}
	return found, nil
}

// Tail returns the last lines of a program's log.
func (c Cluster) Tail(name string, lines int) string { return tail(c.state("log", name+".log"), lines) }

func tail(file string, lines int) string {
	body, _ := os.ReadFile(file) // no log, no lines
	all := strings.Split(strings.TrimSpace(string(body)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
