package deployed

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
)

// While customers order, every pod is replaced, one after the other: nothing is lost and nothing done twice.
func TestRollingUpdate(t *testing.T) {
	s := story(t)
	traffic := s.Traffic("rolling")
	traffic.Flowing(15)
	before := traffic.Answered()
	began := time.Now()
	for _, app := range harness.Services {
		in(t, "rollout", "restart", workload(app))
	}
	for _, app := range harness.Services {
		in(t, "rollout", "status", workload(app), "--timeout=240s")
	}
	during := traffic.Answered() - before
	t.Logf("%d orders were answered in the %s of the update", during, time.Since(began).Round(time.Second))
	traffic.Flowing(15)
	s.Judge(traffic)
}

// Pods are killed without a warning, and then the containers' processes: others take over, they come back, it adds up.
func TestKilledPods(t *testing.T) {
	s := story(t)
	traffic := s.Traffic("killed")
	traffic.Flowing(15)
	for _, app := range harness.Services {
		victim := pods(t, app)[0]
		began := time.Now()
		in(t, "delete", "pod", victim, "--grace-period=0", "--force")
		traffic.Flowing(15)
		ready(s, app)
		t.Logf("%s has all its pods again after %s", app, time.Since(began).Round(100*time.Millisecond))
	}
	for _, app := range harness.Services {
		for _, container := range []string{"app", "daprd"} {
			victim := pods(t, app)[0]
			before := restarts(t, victim, container)
			if err := deployed.Kill(t.Context(), victim, container); err != nil {
				t.Fatal(err)
			}
			s.Until(container+" of "+victim+" is started again", func() error {
				if after := restarts(t, victim, container); after <= before {
					return fmt.Errorf("restarts: %d", after)
				}
				return nil
			})
			traffic.Flowing(15)
			ready(s, app)
		}
	}
	s.Judge(traffic)
}

// Of two pods one may be evicted; the other not before there are two again.
func TestEviction(t *testing.T) {
	if replicas(t, "order") < 2 {
		t.Skip("there is one pod of each, and no budget")
	}
	s := story(t)
	for _, app := range harness.Services {
		ready(s, app)
		two := pods(t, app)
		if out, err := deployed.Evict(t.Context(), two[0]); err != nil {
			t.Fatalf("the first pod of %s: %v %s", app, err, out)
		}
		out, err := deployed.Evict(t.Context(), two[1])
		if err == nil || !strings.Contains(out, "disruption budget") {
			t.Errorf("the second pod of %s was evicted too: %v %s", app, err, out)
		}
		s.Until("the second one may go when there are two again", func() error {
			_, err := deployed.Evict(t.Context(), two[1])
			return err
		})
	}
	for _, app := range harness.Services {
		ready(s, app)
	}
}

func workload(app string) string { return "deployment/" + app }

func pods(t *testing.T, app string) []string {
	t.Helper()
	all, err := deployed.Pods(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

// ready waits until all pods of an app are ready, there are no others, and its Service leads to them; for some seconds on
// end, as kubelet may take a container that has just started for ready, then not, and then for ready again.
func ready(s *harness.Story, app string) {
	t := s.T
	t.Helper()
	var since time.Time
	s.Within(2*time.Minute, "all pods of "+app+" are ready and stay so", func() error {
		out := in(t, "get", "pods", "-l", "app.kubernetes.io/name="+app, "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
		err := harness.Expect("ready", strings.TrimSpace(out), strings.TrimSpace(strings.Repeat("True ", replicas(t, app))))
		if err == nil {
			err = answers(s.AppURL(app) + "/readyz")
		}
		switch {
		case err != nil:
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
			fallthrough
		case time.Since(since) < steady:
			err = fmt.Errorf("ready for %s only", time.Since(since))
		}
		return err
	})
}

const steady = 3 * time.Second

func answers(url string) error {
	res, err := impatient.Get(url)
	if err != nil {
		return err
	}
	res.Body.Close()
	return harness.Expect(url, res.StatusCode, http.StatusOK)
}

// impatient gives up on a connection to a pod that has gone.
var impatient = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// replicas is how many pods an app should have.
func replicas(t *testing.T, app string) int {
	t.Helper()
	out := in(t, "get", workload(app), "-o", "jsonpath={.spec.replicas}")
	n, err := strconv.Atoi(out)
	if err != nil {
		t.Fatalf("replicas of %s: %q", app, out)
	}
	return n
}

func restarts(t *testing.T, pod, container string) int {
	t.Helper()
	out := in(t, "get", "pod", pod, "-o", `jsonpath={.status.containerStatuses[?(@.name=="`+container+`")].restartCount}`)
	var n int
	if _, err := fmt.Sscan(out, &n); err != nil {
		t.Fatalf("restarts of %s: %q", pod, out)
	}
	return n
}
