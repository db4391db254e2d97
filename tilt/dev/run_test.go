package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// This test is the program that is run, too: it says what it is called in the file named by SAYS, and ends when asked to.
func TestMain(m *testing.M) {
	if file := os.Getenv("SAYS"); file != "" {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		said, _ := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
		path, _ := os.Executable()
		fmt.Fprintln(said, "started", filepath.Base(filepath.Dir(path)), os.Args[1:])
		<-asked
		fmt.Fprintln(said, "ended")
		os.Exit(7)
	}
	os.Exit(m.Run())
}

func TestANewerProgramTakesThePlaceOfTheOneThatRuns(t *testing.T) {
	dir := t.TempDir()
	said := filepath.Join(dir, "said")
	require.NoError(t, os.WriteFile(said, nil, 0o600))
	t.Setenv("SAYS", said)
	saying := func(want string) {
		t.Helper()
		require.Eventually(t, func() bool { text, _ := os.ReadFile(said); return string(text) == want }, 10*time.Second, 10*time.Millisecond, "not said: %s", want)
	}
	self, err := os.Executable()
	require.NoError(t, err)
	arrives := func(folder string) string {
		t.Helper()
		file := filepath.Join(dir, folder, "program")
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		out, err := exec.CommandContext(t.Context(), "cp", self, file+".half").CombinedOutput()
		require.NoError(t, err, string(out))
		require.NoError(t, os.Rename(file+".half", file))
		return file
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended, live := make(chan int, 1), filepath.Join(dir, "live")
	program := arrives("image")
	go func() {
		code, err := supervisor{live: live, out: io.Discard}.run(ctx, []string{program, "one"})
		assert.NoError(t, err)
		ended <- code
	}()
	want := "started image [one]\n"
	saying(want)
	for range 3 {
		arrives("live")
		want += "ended\nstarted live [one]\n"
		saying(want)
	}
	stop()
	assert.Equal(t, 7, <-ended, "the code of the program")
	saying(want + "ended\n")
}

func TestTheEndOfAProgramIsTold(t *testing.T) {
	for script, want := range map[string]int{"exit 3": 3, "exit 0": 0, "kill -9 $$": 137} {
		code, err := supervisor{live: t.TempDir(), out: io.Discard}.run(t.Context(), []string{"/bin/sh", "-c", script})
		require.NoError(t, err)
		assert.Equal(t, want, code, script)
	}
	_, err := supervisor{live: t.TempDir()}.run(t.Context(), []string{"/nowhere/program"})
	assert.ErrorContains(t, err, "/nowhere/program")
}

func TestOnlyTheChildrenOfTheFirstProcessAreKilled(t *testing.T) {
	child := exec.CommandContext(t.Context(), "sleep", "60")
	require.NoError(t, child.Start())
	proc := t.TempDir()
	put := func(pid, parent int) {
		require.NoError(t, os.MkdirAll(fmt.Sprintf("%s/%d", proc, pid), 0o755))
		require.NoError(t, os.WriteFile(fmt.Sprintf("%s/%d/stat", proc, pid), fmt.Appendf(nil, "%d (a (strange) name) S %d 1 1 0", pid, parent), 0o600))
	}
	put(os.Getpid(), 1)
	put(os.Getppid(), 5)
	assert.ErrorContains(t, kill(proc, os.Getpid()), "nothing to kill")
	put(child.Process.Pid, 1)
	require.NoError(t, kill(proc, os.Getpid()))
	assert.ErrorContains(t, child.Wait(), "killed")
	_, _, err := parse("nothing")
	assert.True(t, err != nil && strings.Contains(err.Error(), "no process"))
}
