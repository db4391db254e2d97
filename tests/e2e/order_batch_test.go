package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"orderly/tests/harness"
)

type orderResult struct {
	Status  int
	Order   *harness.Order
	Problem *harness.Problem
}

func placeBatch(s *harness.Story, orders []M) []orderResult {
	s.T.Helper()
	a := s.Order.Patient(time.Minute).Post("/v1/orders/batch", M{"orders": orders}).Want(http.StatusOK)
	results := harness.As[struct{ Results []orderResult }](a).Results
	if len(results) != len(orders) {
		s.T.Fatalf("%d orders, %d results", len(orders), len(results))
	}
	return results
}

// Each order of a batch is answered in its place as it would be alone.
func TestOrderBatch(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 10)
		keyed := func(key string, m M) M { m["idempotencyKey"] = s.Key(key); return m }
		good := keyed("k1", s.Asking("ann", line(book, 2)))
		bad := s.Asking("ann", line(book, 0))
		strange := s.Asking("ann", line(book, 1))
		strange["surprise"] = 1
		orders := []M{good, s.Asking("ann", line(book, 99)), s.Asking("ann", line(s.SKU("dodo"), 1)), bad, strange, s.Asking("bob", line(book, 1))}
		results := placeBatch(s, orders)
		for i, want := range []struct {
			status int
			code   string
		}{{201, ""}, {409, "out-of-stock"}, {422, "unknown-product"}, {400, "validation-failed"}, {400, "unknown-field"}, {201, ""}} {
			r := results[i]
			if r.Status != want.status || (want.code == "") != (r.Problem == nil) || (r.Problem != nil && r.Problem.Code != want.code) {
				t.Errorf("result %d is %+v, want %+v", i, r, want)
			}
		}
		if results[0].Order.CustomerID != s.Customer("ann") || results[5].Order.CustomerID != s.Customer("bob") {
			t.Error("results are not in the order asked")
		}
		if p := results[1].Problem; len(p.Shortages) != 1 || p.OrderID == "" || s.Get(p.OrderID).Status != "rejected" {
			t.Errorf("out of stock: %+v", p)
		}
		again := placeBatch(s, []M{good, keyed("k1", s.Asking("ann", line(book, 3)))})
		if again[0].Status != 200 || again[0].Order.ID != results[0].Order.ID || again[1].Status != 422 {
			t.Errorf("again: %+v", again)
		}
		s.HasUnits(book, 7, 3, 0)
	})
}

// Five hundred orders are taken at once; five hundred and one, or none, are refused as a whole.
func TestOrderBatchLimits(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 1000)
	batch := make([]M, 501)
	for i := range batch {
		batch[i] = s.Asking(fmt.Sprint(i), line(book, 1))
	}
	s.Order.Post("/v1/orders/batch", M{"orders": batch}).Problem(http.StatusBadRequest, "validation-failed")
	s.Order.Post("/v1/orders/batch", M{"orders": []M{}}).Problem(http.StatusBadRequest, "validation-failed")
	s.Order.Post("/v1/orders/batch", M{}).Problem(http.StatusBadRequest, "validation-failed")
	if err := s.Units(book).Are(1000, 0, 0); err != nil {
		t.Error(err)
	}
	placed := map[string]bool{}
	for i, r := range placeBatch(s, batch[:500]) {
		if r.Order == nil || r.Order.CustomerID != s.Customer(fmt.Sprint(i)) {
			t.Fatalf("result %d is %+v", i, r)
		}
		placed[r.Order.ID] = true
	}
	if len(placed) != 500 {
		t.Errorf("%d orders", len(placed))
	}
	s.HasUnits(book, 500, 500, 0)
}

// One key twice in one batch is one order.
func TestOrderBatchTwins(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	twin := s.Asking("ann", line(book, 1))
	twin["idempotencyKey"] = s.Key("k")
	results := placeBatch(s, []M{twin, twin, twin})
	for _, r := range results {
		if r.Order == nil || r.Order.ID != results[0].Order.ID {
			t.Errorf("%+v", r)
		}
	}
	s.HasUnits(book, 9, 1, 0)
}
