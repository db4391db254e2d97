package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dying is a stack of one server that ends at once, with code 3 and a last word, as often as times says.
func dying(t *testing.T, times int) *Stack {
	t.Helper()
	dir := t.TempDir()
	s := &Stack{hosts: map[string]host{}, processes: map[string]*Process{}, deaths: make(chan Exit, 64)}
	s.Run.servers = []server{{name: "store", ready: func(host) error {
		if left, _ := os.ReadFile(filepath.Join(dir, "starts")); strings.Count(string(left), ".") <= times {
			return fmt.Errorf("not yet")
		}
		return nil
	}}}
	script := fmt.Sprintf(`printf . >> starts; if [ $(wc -c < starts) -gt %d ]; then exec sleep 60; fi; echo no room on disk; exit 3`, times)
	s.processes["store"] = &Process{Name: "store", Log: filepath.Join(dir, "log"), died: s.died, command: func() *exec.Cmd {
		cmd := exec.Command("sh", "-c", script)
		cmd.Dir = dir
		return cmd
	}}
	t.Cleanup(func() { s.Process("store").Kill() })
	if err := s.Process("store").Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatEndsIsStartedAgainAfterGrowingPauses(t *testing.T) {
	t.Parallel()
	s := dying(t, 2)
	ctx, stop := context.WithCancel(t.Context())
	var said []string
	err := s.Supervise(ctx, func(line string) {
		if said = append(said, line); strings.Contains(line, "back") {
			stop()
		}
	})
	want := []string{"store ended (exit status 3), and is started again in 1s", "store ended (exit status 3), and is started again in 2s", "store is back"}
	if err != nil || len(said) != 3 {
		t.Fatalf("%v; said:\n%s", err, strings.Join(said, "\n"))
	}
	for i, line := range want {
		if !strings.HasPrefix(said[i], line) {
			t.Errorf("line %d is %q, not %q", i, said[i], line)
		}
	}
	if !s.Process("store").Running() {
		t.Error("it does not run")
	}
}

func TestTheThirdQuickEndIsTheLast(t *testing.T) {
	t.Parallel()
	err := dying(t, 100).Supervise(t.Context(), func(string) {})
	if err == nil || !strings.Contains(err.Error(), "store ended 3 times in a row") || !strings.Contains(err.Error(), "no room on disk") {
		t.Errorf("it says: %v", err)
	}
}

func TestNothingIsStartedOnceItIsToStop(t *testing.T) {
	t.Parallel()
	s := dying(t, 1)
	ctx, stop := context.WithCancel(t.Context())
	began := time.Now()
	if err := s.Supervise(ctx, func(string) { stop() }); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 700*time.Millisecond {
		t.Errorf("it sat out the pause: %s", took)
	}
	if s.Process("store").Running() {
		t.Error("it runs again")
	}
}

func TestAProgramThatIsGoneCountsAsAnEnd(t *testing.T) {
	t.Parallel()
	s := dying(t, 100)
	s.Process("store").command = func() *exec.Cmd { return exec.Command(filepath.Join(t.TempDir(), "gone")) }
	err := s.Supervise(t.Context(), func(string) {})
	if err == nil || !strings.Contains(err.Error(), "3 times in a row") || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("it says: %v", err)
	}
}

func TestWhichEndsAreInARow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ran  []time.Duration
		away bool // another server, all the time
		name string
		last bool // the end of the last one is the end of all
	}{
		"three at once":             {ran: []time.Duration{0, 0, 0}, name: "store", last: true},
		"two":                       {ran: []time.Duration{0, 0}, name: "store"},
		"one ran well in between":   {ran: []time.Duration{0, 0, time.Minute, 0, 0}, name: "store"},
		"while its server was away": {ran: []time.Duration{0, 0, 0, 0}, away: true, name: "order.sidecar"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Stack{}
			s.Run.servers = []server{{name: "store"}}
			v := supervisor{stack: s, say: func(string) {}, quick: map[string]int{}, away: map[string]chan struct{}{}}
			if c.away {
				v.away["store"] = make(chan struct{})
			}
			ctx, stop := context.WithCancel(t.Context())
			stop()
			var err error
			for _, ran := range c.ran {
				err = v.ended(ctx, Exit{Process: c.name, Ran: ran})
			}
			if v.starts.Wait(); (err != nil) != c.last {
				t.Errorf("the last one says: %v", err)
			}
		})
	}
}
