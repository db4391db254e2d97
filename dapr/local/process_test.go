package local

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func shell(t *testing.T, script string) (*Process, <-chan Exit) {
	t.Helper()
	deaths := make(chan Exit, 1)
	p := &Process{
		Name: "shell", Log: filepath.Join(t.TempDir(), "log"), died: func(e Exit) { deaths <- e },
		command: func() *exec.Cmd { return exec.Command("sh", "-c", script) },
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill() })
	return p, deaths
}

func TestACrashIsReportedWithItsLog(t *testing.T) {
	_, deaths := shell(t, `echo '{"level":"info","msg":"hello"}'; echo '{"level":"fatal","msg":"component pubsub: no route to broker"}'; exit 3`)
	e := <-deaths
	if e.Code != 3 || !strings.Contains(e.Error(), "shell ended: exit status 3\n  fatal: component pubsub: no route to broker") {
		t.Errorf("exit is %d, %v", e.Code, e)
	}
}

func TestStopIsNoCrash(t *testing.T) {
	p, deaths := shell(t, `trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done`)
	await(t, func() bool { return p.Tail(1) == "up" })
	if e := p.Stop(t.Context()); e.Code != 0 {
		t.Error(e)
	}
	select {
	case e := <-deaths:
		t.Errorf("reported as a crash: %v", e)
	default:
	}
}

func TestWhoDoesNotStopIsKilled(t *testing.T) {
	p, _ := shell(t, `trap '' TERM; echo up; while :; do sleep 0.01; done`)
	await(t, func() bool { return p.Tail(1) == "up" })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if e := p.Stop(ctx); e.Code != -1 || p.Running() {
		t.Errorf("%v, running %t", e, p.Running())
	}
}

func TestAProcessStartsAgainAndKeepsItsLog(t *testing.T) {
	p, _ := shell(t, `echo up; sleep 60`)
	await(t, func() bool { return p.Tail(9) == "up" })
	if err := p.Start(); err == nil {
		t.Error("started twice")
	}
	p.Kill()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return p.Tail(9) == "up\nup" })
}

func TestALogHasALimit(t *testing.T) {
	p := &Process{
		Name: "talker", Log: filepath.Join(t.TempDir(), "log"), died: func(Exit) {}, limit: 1000,
		command: func() *exec.Cmd {
			return exec.Command("sh", "-c", `i=0; while :; do i=$((i+1)); echo line $i; sleep 0.001; done`)
		},
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	rotated := func() bool { _, err := os.Stat(older(p.Log)); return err == nil }
	await(t, rotated)
	await(t, func() bool { return p.Tail(1) != "" }) // it goes on
	if err := os.Remove(older(p.Log)); err != nil {
		t.Fatal(err)
	}
	await(t, rotated) // again and again
	p.Kill()
	if err := rotate(p.Log, p.limit); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(older(p.Log))
	if err != nil || !strings.HasPrefix(string(before), "line ") || strings.Contains(string(before), "\x00") {
		t.Errorf("what was before: %v, %.40q", err, before)
	}
	if info, err := os.Stat(p.Log); err != nil || info.Size() > 1000 {
		t.Errorf("the log: %v %v", info, err)
	}
}

func await(t *testing.T, fact func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !fact(); {
		if time.Now().After(end) {
			t.Fatal("waited 10 s in vain")
		}
		<-time.After(time.Millisecond)
	}
}
