package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// A route that is not there and a method that is not allowed are problems like any other; the latter says what is.
func TestWrongRoutes(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		for _, c := range []harness.Client{s.Order, s.Stock, s.Notify} {
			c.Get("/v1/unicorns").Problem(http.StatusNotFound, "")
			c.Get("/v2/orders").Problem(http.StatusNotFound, "")
			c.Post("/", M{}).Problem(http.StatusNotFound, "")
		}
		for _, c := range []struct {
			client       harness.Client
			method, path string
			allow        string
		}{
			{s.Order, http.MethodPatch, "/v1/orders", "GET, POST"},
			{s.Order, http.MethodDelete, "/v1/orders", "GET, POST"},
			{s.Order, http.MethodPut, "/v1/orders/1", "DELETE, GET"},
			{s.Order, http.MethodGet, "/v1/orders/1/payment", "POST"},
			{s.Stock, http.MethodDelete, "/v1/products", "GET, POST"},
			{s.Stock, http.MethodPost, "/v1/products/a", "DELETE, GET, PUT"},
			{s.Stock, http.MethodGet, "/v1/reservations", "POST"},
			{s.Notify, http.MethodPost, "/v1/notifications", "GET"},
			{s.Notify, http.MethodDelete, "/v1/customers/a/contact", "GET, PUT"},
		} {
			a := c.client.Do(c.method, c.path, nil)
			a.Problem(http.StatusMethodNotAllowed, "method-not-allowed")
			if got := a.Header.Get("Allow"); got != c.allow {
				s.T.Errorf("%s %s allows %q, not %q", c.method, c.path, got, c.allow)
			}
		}
	})
}
