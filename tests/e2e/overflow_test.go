package e2e

import (
	"math"
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// dearest is a price that any JSON reader can hold.
const dearest = 1<<53 - 1

// Quantity times price, or the sum of two lines, is more than money can be: refused, and nothing stays held.
func TestOverflow(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		dear := func(name string) string {
			sku := s.SKU(name)
			s.Stock.Post("/v1/products", M{"sku": sku, "name": name, "unitPrice": M{"amount": dearest, "currency": "USD"}}).Want(http.StatusCreated)
			s.Receive(sku, 2_000_000, "first")
			return sku
		}
		palace, castle := dear("palace"), dear("castle")
		for _, lines := range [][]harness.Item{{line(palace, 1_000_000)}, {line(palace, 1000), line(castle, 1000)}} {
			s.Order.Post("/v1/orders", s.Asking("ann", lines...)).Problem(http.StatusUnprocessableEntity, "")
		}
		if o := s.Place("ann", line(palace, 1)); o.Total.Amount != dearest {
			s.T.Errorf("the dearest order is %d", o.Total.Amount)
		}
		s.HasUnits(palace, 1_999_999, 1, 0)
		s.HasUnits(castle, 2_000_000, 0, 0)
	})
}

// Counters do not overflow either.
func TestReceiptOverflow(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	sand := s.Product("sand", 10)
	for _, quantity := range []int64{math.MaxInt64, math.MaxInt64 - 9} {
		a := s.Stock.Post("/v1/stock/"+sand+"/receipts", M{"quantity": quantity, "reference": "all of it"})
		if a.Status/100 != 4 {
			t.Errorf("taken:\n%s", a)
		}
	}
	s.HasUnits(sand, 10, 0, 0)
}
