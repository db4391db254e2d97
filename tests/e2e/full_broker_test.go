package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// The broker's stream is full, as an app is away for too long: it refuses new events, orders go on, and their events wait in
// the store. When the app is back all of them arrive, once each. What all have read makes room by itself.
func TestFullBroker(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Args: map[string][]string{"broker": {"-topic-bytes", "1048576"}}})
	traffic := s.Traffic("full")
	traffic.Flowing(15)
	s.Murder("notify.sidecar")
	s.Until("the broker refuses events", func() error {
		return harness.Expect("a refusal", refused(s), true)
	})
	traffic.Flowing(50)
	revive(s, "notify.sidecar")
	traffic.Flowing(15)
	s.Judge(traffic)
}

func refused(s *harness.Story) bool {
	logs := s.Logs()
	for _, line := range append(logs["order"], logs["order.sidecar"]...) {
		if strings.Contains(line, "maximum bytes exceeded") {
			return true
		}
	}
	return false
}
