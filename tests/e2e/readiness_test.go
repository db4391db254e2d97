package e2e

import (
	"net/http"
	"testing"
	"time"

	"orderly/tests/harness"
)

// A service whose sidecar is gone is alive and not ready, says why, and is ready again when the sidecar is back.
func TestReadiness(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	for app, c := range map[string]harness.Client{"order": s.Order, "stock": s.Stock, "notify": s.Notify} {
		s.Murder(app + ".sidecar")
		s.Promptly(5*time.Second, app+" notices", func() error {
			return harness.Expect("status", c.Get("/readyz").Status, http.StatusServiceUnavailable)
		})
		if p := c.Get("/readyz").Problem(http.StatusServiceUnavailable, ""); len(p.Reasons) == 0 {
			t.Errorf("%s does not say why: %+v", app, p)
		}
		c.Get("/healthz").Want(http.StatusOK)
		if err := s.Restart(app + ".sidecar"); err != nil {
			t.Fatal(err)
		}
		s.Until(app+" is ready again", func() error { return harness.Expect("status", c.Get("/readyz").Status, http.StatusOK) })
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Once(told(s))
}

// told places an order that somebody is told of.
func told(s *harness.Story) string {
	s.T.Helper()
	s.Contact("ann", "en", "")
	return s.Place("ann", line(s.Product("afterwards", 1), 1)).ID
}
