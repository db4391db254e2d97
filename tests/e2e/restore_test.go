package e2e

import (
	"testing"

	"orderly/tests/harness"
)

// A machine is lost, with all that the servers kept. What a backup has is brought back into empty ones, and the brokers
// begin with nothing: no order is lost, stock adds up, every event is published, nobody is told twice.
func TestRestore(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	traffic := s.Traffic("restore")
	traffic.Flowing(100)
	traffic.End() // an order after the backup is lost with the machine
	backup := s.BackUp()
	for _, name := range everything(s) {
		s.Murder(name)
	}
	traffic.Remember()
	probe := []string{harness.Probe, harness.Probe + ".sidecar"}
	for _, name := range probe { // it forgets what it has heard
		s.Murder(name)
	}
	backup.Lose()
	backup.Restore()
	backup.Rebuild()
	revive(s, append(everything(s), probe...)...)
	s.Judge(traffic)
}
