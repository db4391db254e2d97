package e2e

import (
	"net/http"
	"reflect"
	"testing"

	"orderly/tests/harness"
)

// One of two products is short: the order is refused with what was missing, kept as rejected, and nothing of it is
// held, not even of the product there was enough of.
func TestOutOfStock(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		plenty, scarce := s.Product("plenty", 10), s.Product("scarce", 1)
		a := s.Order.Post("/v1/orders", s.Asking("ann", line(plenty, 2), line(scarce, 3)))
		p := a.Problem(http.StatusConflict, "out-of-stock")

		missing := []harness.Shortage{{SKU: scarce, Requested: 3, Available: 1}}
		if !reflect.DeepEqual(p.Shortages, missing) {
			t.Errorf("shortages are %+v, not %+v", p.Shortages, missing)
		}
		if p.OrderID == "" {
			t.Fatalf("no order id:\n%s", a)
		}
		o := s.Get(p.OrderID)
		if o.Status != "rejected" || !reflect.DeepEqual(o.Shortages, missing) || o.ExpiresAt != nil {
			t.Errorf("kept as %+v", o)
		}
		if err := harness.Replays(s.History(o.ID), o); err != nil {
			t.Error(err)
		}
		for sku, available := range map[string]int64{plenty: 10, scarce: 1} {
			if err := s.Units(sku).Are(available, 0, 0); err != nil {
				t.Error(err)
			}
		}
		s.Place("ann", line(plenty, 2), line(scarce, 1)) // what there is can still be had
		s.Events(o.ID, "order.rejected.v1")
	})
}
