package e2e

import (
	"testing"
	"time"

	"orderly/tests/harness"
)

// outage is longer than everything that is tried again for some time only: the sidecar's retries of a delivery, the
// resiliency policies, the broker's wait for an acknowledgement on most sets.
const outage = 20 * time.Second

// What is away comes back, and nothing has happened but time: no event that is well is among the dead letters, stock
// adds up, every customer was told.
func TestOutage(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]func(*harness.Story) (back func()){
		"store":         func(s *harness.Story) func() { return s.Away(harness.Store, harness.Killed) },
		"broker":        func(s *harness.Story) func() { return s.Away(harness.Broker, harness.Killed) },
		"stock service": stockAway,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := harness.Own(t, harness.Options{})
			traffic := s.Traffic("outage")
			traffic.Flowing(30)
			back := away(s)
			s.Lasts(outage)
			back()
			if err := s.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			traffic.Flowing(30)
			s.Judge(traffic)
			s.NoDeadLetters()
		})
	}
}

func stockAway(s *harness.Story) (back func()) {
	s.Murder("stock")
	return func() { revive(s, "stock") }
}
