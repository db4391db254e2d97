package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Events and ticks are taken from the own sidecar alone: nobody else may forge one, not even by invocation.
func TestOutsiders(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	o := s.Place("ann", line(book, 4))
	forged := `{"id":"b","entries":[{"entryId":"1","event":` + string(s.Forge(o.ID, "cancelled", 2, []harness.Item{line(book, 4)}, nil)) + `}]}`
	for _, route := range []struct{ app, path string }{
		{"order", "/events/stock"}, {"order", "/expiry"},
		{"stock", "/events/orders"}, {"stock", "/holds"},
		{"notify", "/events/orders"}, {"notify", "/deadletters/orders"}, {"notify", "/deadletters/stock"}, {"notify", "/retries"},
	} {
		for how, call := range map[string]struct {
			url, name, value string
		}{
			"without a token":      {s.AppURL(route.app) + route.path, "dapr-api-token", ""},
			"with another token":   {s.AppURL(route.app) + route.path, "dapr-api-token", s.Tokens.Dapr},
			"from another sidecar": {s.SidecarURL(harness.Probe) + "/v1.0/invoke/" + route.app + "/method" + route.path, "dapr-api-token", s.Tokens.Dapr},
			"from the own sidecar": {s.SidecarURL(route.app) + "/v1.0/invoke/" + route.app + "/method" + route.path, "dapr-api-token", s.Tokens.Dapr},
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, call.url, strings.NewReader(forged))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			// As clients send it. Without it a call through the own sidecar is just like a delivery, and whoever may
			// make that call may publish the event as well.
			req.Header.Set("Accept", "*/*")
			req.Header.Set(call.name, call.value)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s%s %s answers %d", route.app, route.path, how, res.StatusCode)
			}
		}
	}
	// A sidecar asks for its token too.
	res, err := http.Get(s.SidecarURL("order") + "/v1.0/invoke/order/method/v1/orders")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a sidecar without its token answers %d", res.StatusCode)
	}
	if err := s.Units(book).Are(6, 4, 0); err != nil {
		t.Error(err)
	}
}
