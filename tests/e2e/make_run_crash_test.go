package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
)

// With `make run` going, whatever is killed is started again and the system takes orders as before; what dies again and
// again ends it, with its name and the last lines of its log.
func TestMakeRunSurvives(t *testing.T) {
	t.Parallel()
	r := harness.NewProject(t).Run()
	for _, victim := range []struct{ name, program string }{
		{"stock", "stock"}, {"order.sidecar", "daprd --app-id order"}, {"broker", "broker"},
	} {
		t.Log("killing", victim.name)
		if n := r.Murder(victim.program); n != 1 {
			t.Fatalf("there are %d processes of %s:\n%s", n, victim.name, r.Output())
		}
		r.Says(victim.name + " ended (signal: killed), and is started again in ")
		r.Says(victim.name + " is back")
		confirmed(t, r)
	}
	killed := 0
	for last := ""; !r.HasEnded(); {
		said := r.Output()
		if again := strings.Count(said, "notify ended ("); said != last && strings.Count(said, "notify is back") == again {
			killed += r.Murder("notify")
			last = said
		}
		<-time.After(10 * time.Millisecond)
	}
	code, out := r.Ended(), r.Output()
	t.Logf("after %d kills of notify:\n%s", killed, out)
	if code == 0 || killed < 3 || killed > 4 {
		t.Errorf("it ended with code %d after %d kills of notify", code, killed)
	}
	if !regexp.MustCompile(`notify ended 3 times in a row within 30s .*\n  \S`).MatchString(out) {
		t.Error("it does not say why, with lines of the log")
	}
	if err := r.Ports().Check(); err != nil {
		t.Errorf("something was left behind: %v", err)
	}
}

// Ctrl-C is heard while something waits to be started again.
func TestMakeRunEndsInAPause(t *testing.T) {
	t.Parallel()
	r := harness.NewProject(t).Run()
	r.Murder("stock")
	r.Says("stock ended (signal: killed), and is started again in ")
	r.Interrupt()
	if code := r.Ended(); code != 0 || strings.Contains(r.Output(), "stock is back") {
		t.Errorf("it ended with code %d:\n%s", code, r.Output())
	}
}

// confirmed places an order as a customer would, and waits until it is confirmed.
func confirmed(t *testing.T, r *harness.Running) {
	t.Helper()
	orders := fmt.Sprintf("http://127.0.0.1:%d/v1/orders", r.Ports().Apps["order"].App)
	ask := func(verb, url, body string) (o struct{ ID, Status string }, err error) {
		req, err := http.NewRequestWithContext(t.Context(), verb, url, strings.NewReader(body))
		if err != nil {
			return o, err
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return o, err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode > 299 {
			err = fmt.Errorf("%s: %s", res.Status, text)
		}
		if err != nil {
			return o, err
		}
		return o, json.Unmarshal(text, &o)
	}
	placed, err := ask(http.MethodPost, orders, `{"customerId": "alice", "items": [{"sku": "teapot", "quantity": 1}]}`)
	for end := time.Now().Add(30 * time.Second); err == nil && placed.Status != "confirmed"; <-time.After(50 * time.Millisecond) {
		if time.Now().After(end) {
			err = fmt.Errorf("after 30 s it is %s", placed.Status)
			break
		}
		placed, err = ask(http.MethodGet, orders+"/"+placed.ID, "")
	}
	if err != nil {
		t.Fatalf("an order: %v\n%s", err, r.Output())
	}
}
