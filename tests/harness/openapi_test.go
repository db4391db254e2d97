package harness

import "testing"

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		template, path string
		want           int
	}{
		{"/v1/orders", "/v1/orders", 3},
		{"/v1/orders/{id}", "/v1/orders/batch", 3},
		{"/v1/orders/batch", "/v1/orders/batch", 4},
		{"/v1/orders/{id}/events", "/v1/orders/7/events", 4},
		{"/v1/orders/{id}", "/v1/orders/", -1},
		{"/v1/orders/{id}", "/v1/orders/7/events", -1},
	} {
		if got := matches(c.template, c.path); got != c.want {
			t.Errorf("%s and %s share %d, want %d", c.template, c.path, got, c.want)
		}
	}
}
