package e2e

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Each process in turn, and at last all of them at once, is killed in the middle of traffic and started again: every
// answered order exists, stock adds up, every event was published, every customer was told once.
func TestKill(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	everything := append(s.Servers(), "order", "stock", "notify", "order.sidecar", "stock.sidecar", "notify.sidecar")
	victims := [][]string{everything}
	for _, name := range everything {
		victims = append(victims, []string{name})
	}
	for _, names := range victims {
		well := t.Run(strings.Join(names, " "), func(t *testing.T) {
			s := s.In(t)
			traffic := s.Traffic(strings.ReplaceAll(names[len(names)-1], ".", "-") + strconv.Itoa(len(names)))
			traffic.Flowing(15)
			for _, name := range names {
				s.Murder(name)
			}
			if needed := slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "order") || s.Keeps(name) }); !needed {
				traffic.Flowing(2) // an order is taken without what is dead
			}
			for _, name := range names {
				if err := s.Restart(name); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			traffic.Flowing(15)
			s.Judge(traffic)
		})
		if !well {
			break // what is broken stays broken
		}
	}
}
