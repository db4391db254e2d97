package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// An event of an order that stock never reserved for moves no stock, unless the order itself says the same: it is a dead
// letter that says so.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	lines := []harness.Item{{SKU: book, Quantity: 4, UnitPrice: &harness.Price}}
	for _, status := range []string{"paid", "cancelled", "expired"} {
		id := s.Key("nobody-" + status)
		s.PublishEvent("orders", s.Forge(id, status, 1, lines, nil))
		if d := s.Dead("orders", id); !strings.Contains(d.Reason, "event-not-confirmed") {
			t.Errorf("the reason is %q", d.Reason)
		}
		s.Stock.Get("/v1/reservations/"+id).Problem(http.StatusNotFound, "unknown-reservation")
	}
	s.HasUnits(book, 10, 0, 0)
}
