package e2e

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"orderly/tests/harness"
)

// A customer orders two products: stock is held before the answer, at the catalogue's prices, and stays held when the
// price changes afterwards.
func TestPlaceOrder(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book, pen := s.Product("book", 10), s.Product("pen", 10)
		before := time.Now().Add(-time.Second)
		asked := s.Asking("ann", line(book, 2), line(pen, 3))
		asked["metadata"] = M{"gift": true, "note": "礼物"}
		a := s.Order.Post("/v1/orders", asked).Want(http.StatusCreated)
		o := harness.As[harness.Order](a)

		if want := "/v1/orders/" + o.ID; a.Header.Get("Location") != want {
			t.Errorf("Location is %q, not %q", a.Header.Get("Location"), want)
		}
		if o.Status != "confirmed" || o.CustomerID != s.Customer("ann") || o.Version != 1 {
			t.Errorf("placed:\n%s", a)
		}
		if o.Total == nil || *o.Total != (harness.Money{Amount: 5 * 1999, Currency: "USD"}) {
			t.Errorf("total is %+v", o.Total)
		}
		for i, want := range []harness.Item{{SKU: book, Quantity: 2, UnitPrice: &harness.Price}, {SKU: pen, Quantity: 3, UnitPrice: &harness.Price}} {
			if !reflect.DeepEqual(o.Items[i], want) {
				t.Errorf("item %d is %+v", i, o.Items[i])
			}
		}
		if !reflect.DeepEqual(o.Metadata, M{"gift": true, "note": "礼物"}) {
			t.Errorf("metadata is %v", o.Metadata)
		}
		if o.CreatedAt.Before(before) || o.ExpiresAt == nil || o.ExpiresAt.Sub(o.CreatedAt) != 15*time.Minute {
			t.Errorf("created %s, expires %v", o.CreatedAt, o.ExpiresAt)
		}
		if err := s.Units(book).Are(8, 2, 0); err != nil {
			t.Error(err)
		}
		if err := s.Units(pen).Are(7, 3, 0); err != nil {
			t.Error(err)
		}

		s.Stock.Put("/v1/products/"+book, M{"sku": book, "name": "dearer", "unitPrice": harness.Money{Amount: 9999, Currency: "USD"}},
			"If-Match", s.Stock.Get("/v1/products/"+book).Header.Get("ETag")).Want(http.StatusOK)
		if again := s.Get(o.ID); !reflect.DeepEqual(again, o) {
			t.Errorf("read back as %+v, placed as %+v", again, o)
		}
		s.Order.Get("/v1/orders/"+s.Key("nobody")).Problem(http.StatusNotFound, "")
	})
}
