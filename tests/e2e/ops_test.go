package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// What operators and tools ask of every service, by both doors.
func TestEveryServiceHas(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		for app, c := range map[string]harness.Client{"order": s.Order, "stock": s.Stock, "notify": s.Notify} {
			c.Get("/healthz").Want(http.StatusOK)
			c.Get("/readyz").Want(http.StatusOK)
			if v := harness.As[M](c.Get("/version").Want(http.StatusOK)); v["version"] == nil || v["version"] == "" {
				t.Errorf("version of %s: %v", app, v)
			}
			metrics := string(c.Get("/metrics").Want(http.StatusOK).Body)
			for _, name := range []string{"http_requests_total", "http_request_duration_seconds", "process_resident_memory_bytes", "batch_waiting"} {
				if !strings.Contains(metrics, name) {
					t.Errorf("%s has no metric %s", app, name)
				}
			}
		}
	})
}

// events is what each service publishes.
var events = map[string][]string{
	"order": {"order.placed.v1", "order.confirmed.v1", "order.rejected.v1", "order.paid.v1", "order.shipped.v1", "order.delivered.v1", "order.cancelled.v1", "order.expired.v1", "order.attention.v1"},
	"stock": {"stock.received.v1", "stock.adjusted.v1", "stock.low.v1", "stock.out.v1", "stock.back.v1", "stock.commit-failed.v1"},
}

// topicOf is where each publishes them.
var topicOf = map[string]string{"order": "orders", "stock": "stock"}

// Every row and every event is described by what the services serve.
func TestContractsAreServed(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	for app, calls := range harness.Rows {
		for _, file := range []string{"/openapi.yaml", "/asyncapi.yaml"} { // a test of the contract has validated them
			if kept, err := os.ReadFile(filepath.Join(harness.Root(), "services", app, "contract", file)); err != nil || s.Fetch(s.AppURL(app)+file) != string(kept) {
				t.Errorf("%s serves another %s than that of its contract (%v)", app, file, err)
			}
		}
		var api struct {
			Paths map[string]map[string]any
		}
		s.Served(app, "/openapi.yaml", &api)
		for _, call := range append(slices.Clone(calls), "GET /healthz", "GET /readyz", "GET /metrics", "GET /version") {
			method, path, _ := strings.Cut(call, " ")
			if api.Paths[path][strings.ToLower(method)] == nil {
				t.Errorf("%s does not document %s", app, call)
			}
		}
		for path, item := range api.Paths {
			for method := range item {
				if row := strings.ToUpper(method) + " " + path; strings.HasPrefix(path, "/v1/") && isMethod(method) && !slices.Contains(calls, row) {
					t.Errorf("%s documents %s, of which harness.Rows knows nothing: no story need have called it", app, row)
				}
			}
		}
		var async struct {
			Channels map[string]struct{ Messages map[string]any }
		}
		s.Served(app, "/asyncapi.yaml", &async)
		for _, typ := range events[app] {
			if async.Channels[topicOf[app]].Messages[typ] == nil {
				t.Errorf("%s does not document that it publishes %s", app, typ)
			}
			var example struct{ Data M }
			s.Served(app, "/examples/"+typ+".json", &example)
			if err := s.MatchesSchema(app, typ, harness.JSON(example.Data)); err != nil {
				t.Errorf("the example of %s is not as its schema says: %v", typ, err)
			}
		}
	}
}

func isMethod(word string) bool {
	return slices.Contains([]string{"get", "put", "post", "delete", "patch"}, word)
}
