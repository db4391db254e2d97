package components

import (
	"sync/atomic"
	"testing"

	"orderly/tests/harness"
)

// What a store had answered is there after every server, and the sidecar, were killed in the middle of writing.
func TestWhatWasAnsweredSurvivesItsServer(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
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
			t.Fatal(err)
		}
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
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
