package e2e

import (
	"testing"

	"orderly/tests/harness"
)

// A product runs low, runs out and comes back; each is told once, in one gap-free sequence of its own.
func TestStockEvents(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	sku := s.SKU("book")
	s.Stock.Post("/v1/products", M{"sku": sku, "name": "book", "unitPrice": harness.Price, "lowStockAt": 3}).Want(201)
	s.Receive(sku, 10, "first")
	s.Place("ann", line(sku, 6))
	s.Place("ann", line(sku, 2))         // two left: low
	last := s.Place("ann", line(sku, 2)) // none left
	s.Cancel(last)                       // two are back
	s.HasUnits(sku, 2, 8, 0)
	s.Stock.Post("/v1/stock/"+sku+"/adjustments", M{"delta": 5, "reason": "found", "reference": "count"})
	events := s.Events(sku, "stock.received.v1", "stock.low.v1", "stock.out.v1", "stock.back.v1", "stock.adjusted.v1")
	raw, err := s.Published(sku)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range raw {
		soundEvent(s, sku, "/stock", body)
	}
	for _, e := range events {
		t.Logf("%s: %s", e.Type, e.Data)
	}
}
