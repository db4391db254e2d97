package components

import (
	"sync/atomic"
	"testing"

	"orderly/tests/harness"
)

// Servers go away, on one stack.
func TestServers(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Env: map[string][]string{"notify": {"NOTIFY_BACKOFF=200ms,500ms,1s,1s,1s,2s,2s,5s,5s,5s"}}})
	t.Run("mail", func(t *testing.T) { mailServerAway(s.In(t)) })
	t.Run("killed", func(t *testing.T) { serversKilled(s.In(t)) })
}

// What a store had answered is there after every server, and the sidecar, were killed in the middle of writing.
func serversKilled(s *harness.Story) {
	st := newStore(s)
	const writers, most = 8, 5000
	var kept [writers]int
	var all atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		harness.Together(writers, func(w int) {
			for i := range most {
				if st.transact(create(numbered(numbered("w", w), i), "x"), put(numbered("last", w), numbered("", i))) != nil {
					return // killed
				}
				kept[w] = i + 1
				all.Add(1)
			}
		})
	}()
	s.Until("a good deal is written", func() error {
		if n := all.Load(); n < 400 {
			return harness.Expect("documents", n, 400)
		}
		return nil
	})
	victims := append(s.Servers(), "order.sidecar")
	for _, name := range victims {
		s.Murder(name)
	}
	<-done
	for _, name := range victims {
		if err := s.Restart(name); err != nil {
			s.T.Fatal(err)
		}
	}
	if err := s.Ready(s.T.Context()); err != nil {
		s.T.Fatal(err)
	}
	st = newStore(s)
	for w, n := range kept {
		for _, i := range []int{0, n / 2, n - 2, n - 1} {
			if i >= 0 && n > 0 {
				st.holds(numbered(numbered("w", w), i), "x")
			}
		}
	}
}
