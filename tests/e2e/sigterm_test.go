package e2e

import (
	"testing"
	"time"

	"orderly/tests/harness"
)

// Each service is told to stop in the middle of traffic: it finishes what it has begun, ends with code 0 within ten
// seconds, and nothing is lost.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	traffic := s.Traffic("t")
	traffic.Flowing(20)
	for _, app := range harness.Services {
		began := time.Now()
		exit := s.Process(app).Stop(t.Context())
		if took := time.Since(began); exit.Code != 0 || took > 10*time.Second {
			t.Errorf("%s ended after %s: %v", app, took, exit)
		}
		if err := s.Restart(app); err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		traffic.Flowing(20)
	}
	s.Judge(traffic)
}
