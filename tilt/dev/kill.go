package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// kill kills the children of a container's first process. The first process itself cannot be killed from within its
// container, which is why the program is never that.
func kill(proc string, self int) error {
	files, err := filepath.Glob(filepath.Join(proc, "[0-9]*", "stat"))
	if err != nil {
		return err
	}
	killed := 0
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, parent, err := parse(string(stat))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if parent != 1 || pid == self {
			continue
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("process %d: %w", pid, err)
		}
		killed++
	}
	if killed == 0 {
		return errors.New("there is nothing to kill here: this container runs no program by `dev run`")
	}
	return nil
}

// parse reads the numbers of a process and of its parent: "7 (name) S 1 …", where the name may have anything in it.
func parse(stat string) (pid, parent int, err error) {
	first, _, _ := strings.Cut(stat, " ")
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) < 2 {
		return 0, 0, fmt.Errorf("%q is no process", stat)
	}
	if pid, err = strconv.Atoi(first); err != nil {
		return 0, 0, err
	}
	parent, err = strconv.Atoi(fields[1])
	return pid, parent, err
}
