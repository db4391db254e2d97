package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// An order with a product that is in no catalogue is refused, and the known product in it is not held.
func TestUnknownProduct(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		book := s.Product("book", 10)
		s.Order.Post("/v1/orders", s.Asking("ann", line(book, 1), line(s.SKU("dodo"), 1))).
			Problem(http.StatusUnprocessableEntity, "unknown-product")
		if err := s.Units(book).Are(10, 0, 0); err != nil {
			s.T.Error(err)
		}
		s.Stock.Post("/v1/reservations", M{"orderId": s.Key("r"), "items": []harness.Item{line(s.SKU("dodo"), 1)}}).
			Problem(http.StatusUnprocessableEntity, "unknown-product")
	})
}
