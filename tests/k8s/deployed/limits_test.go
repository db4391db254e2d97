package deployed

import (
	"fmt"
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
	ready(t, "stock", 2)
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
	for range 20 {
		s.Stock.Get("/v1/stock/" + s.Key("nothing")).Want(404) // by the other pod
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
	ready(t, "stock", 2)
}
