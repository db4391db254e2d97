package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Each process in turn, and all of them at once, is killed in the middle of traffic and started again: every answered
// order exists, stock adds up, every event was published, every customer was told once.
func TestKill(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]func(*harness.Story, *harness.Traffic){"in turn": inTurn, "all at once": allAtOnce} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := harness.Own(t, harness.Options{})
			traffic := s.Traffic("kill")
			traffic.Flowing(15)
			kill(s, traffic)
			s.Judge(traffic)
		})
	}
}

func inTurn(s *harness.Story, traffic *harness.Traffic) {
	for _, name := range everything(s) {
		s.T.Log("killing", name)
		s.Murder(name)
		if !strings.HasPrefix(name, "order") && !s.Keeps(name) {
			traffic.Flowing(2) // an order is taken without what is dead
		}
		revive(s, name)
		traffic.Flowing(15)
	}
}

func allAtOnce(s *harness.Story, traffic *harness.Traffic) {
	for _, name := range everything(s) {
		s.Murder(name)
	}
	revive(s, everything(s)...)
	traffic.Flowing(15)
}

func everything(s *harness.Story) []string {
	return append(s.Servers(), "order", "stock", "notify", "order.sidecar", "stock.sidecar", "notify.sidecar")
}

func revive(s *harness.Story, names ...string) {
	s.T.Helper()
	for _, name := range names {
		if err := s.Restart(name); err != nil {
			s.T.Fatal(err)
		}
	}
	if err := s.Ready(s.T.Context()); err != nil {
		s.T.Fatal(err)
	}
}
