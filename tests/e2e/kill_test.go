package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Each process in turn is killed in the middle of traffic and started again: every answered order exists, stock adds
// up, every event was published, every customer was told once.
func TestKill(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	for _, name := range []string{"order", "stock", "notify", "order.sidecar", "stock.sidecar", "notify.sidecar", "broker"} {
		t.Run(name, func(t *testing.T) {
			s := s.In(t)
			traffic := s.Traffic(strings.ReplaceAll(name, ".", "-"))
			traffic.Flowing(15)
			s.Murder(name)
			if !strings.HasPrefix(name, "order") {
				traffic.Flowing(2) // the others are not needed to take an order
			}
			if err := s.Restart(name); err != nil {
				t.Fatal(err)
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			traffic.Flowing(15)
			s.Judge(traffic)
		})
	}
}
