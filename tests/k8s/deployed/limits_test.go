package deployed

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The kernel holds every container to the limits that the manifests give it.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		container       string
		memory, percent int64 // bytes; of a processor
	}{{"app", 1 << 30, 100}, {"daprd", 512 << 20, 100}} {
		pod := pods(t, "order")[0]
		memory, percent, err := deployed.Limits(t.Context(), pod, c.container)
		if err != nil {
			t.Fatal(err)
		}
		if memory != c.memory || percent != c.percent {
			t.Errorf("%s of %s may use %d bytes and %d %% of a processor, not %d and %d", c.container, pod, memory, percent, c.memory, c.percent)
		}
	}
}

// A service that hangs leaves its Service, and is started again by its liveness probe.
func TestProbes(t *testing.T) {
	s := story(t)
	ready(s, "stock")
	victim := pods(t, "stock")[0]
	before := restarts(t, victim, "app")
	if err := deployed.Signal(t.Context(), victim, "app", syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	s.Until("it has left the Service", func() error {
		out := in(t, "get", "pod", victim, "-o", `jsonpath={.status.conditions[?(@.type=="Ready")].status}`)
		if out != "False" {
			return fmt.Errorf("ready: %s", out)
		}
		return nil
	})
	for range 20 * (replicas(t, "stock") - 1) { // by the other pod; a connection to this one may still be there, and is given up
		s.Until("stock answers", func() error {
			a, err := s.Stock.Try(http.MethodGet, "/v1/stock/"+s.Key("nothing"), nil)
			if err == nil && a.Status != http.StatusNotFound {
				err = fmt.Errorf("%s", a)
			}
			return err
		})
	}
	s.Within(2*time.Minute, "it is started again", func() error {
		if after := restarts(t, victim, "app"); after <= before {
			return fmt.Errorf("restarts: %d", after)
		}
		return nil
	})
	out := in(t, "get", "events", "--field-selector=involvedObject.name="+victim+",reason=Unhealthy")
	if !strings.Contains(out, "Liveness probe failed") {
		t.Errorf("no event says why: %s", out)
	}
	ready(s, "stock")
}
