package e2e

import (
	"net/http"
	"reflect"
	"testing"

	"orderly/tests/harness"
)

// The same key with the same body is the same order, whatever became of it; with another body it is a mistake; of
// another customer it is another order.
func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 10)
		post := func(body M) harness.Answer { return s.Order.Post("/v1/orders", body, "Idempotency-Key", s.Key("k")) }
		first := post(s.Asking("ann", line(book, 2))).Want(http.StatusCreated)
		if first.Header.Get("Idempotent-Replayed") != "" {
			t.Error("the first answer says that it is a repeat")
		}
		o := harness.As[harness.Order](first)
		keep := func(o harness.Order) harness.Order { return o }
		for _, step := range []func(harness.Order) harness.Order{keep, s.Pay, s.Ship} {
			step(o)
			again := post(s.Asking("ann", line(book, 2))).Want(http.StatusOK)
			if got := harness.As[harness.Order](again); !reflect.DeepEqual(got, o) || again.Header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("not the first answer, %+v:\n%s", o, again)
			}
		}
		post(s.Asking("ann", line(book, 3))).Problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
		other := harness.As[harness.Order](post(s.Asking("bob", line(book, 2))).Want(http.StatusCreated))
		if other.ID == o.ID {
			t.Error("two customers share an order")
		}
		s.HasUnits(book, 6, 2, 2)
	})
}

// A refused order is refused again under its key, without a second order.
func TestIdempotentRefusal(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 1)
	post := func() harness.Answer {
		return s.Order.Post("/v1/orders", s.Asking("ann", line(book, 2)), "Idempotency-Key", s.Key("k"))
	}
	first := post().Problem(http.StatusConflict, "out-of-stock")
	s.Receive(book, 10, "second")
	again := post()
	if again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("not marked as a repeat:\n%s", again)
	}
	if orders := harness.All[harness.Order](s.Order, "/v1/orders?customerId="+s.Customer("ann")); len(orders) != 1 || orders[0].ID != first.OrderID {
		t.Errorf("orders are %+v", orders)
	}
	s.HasUnits(book, 11, 0, 0)
}

// Twenty posts at once under one key make one order and one hold.
func TestIdempotencyRace(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 100)
		answers := make([]harness.Answer, 20)
		harness.Together(len(answers), func(i int) {
			var err error
			answers[i], err = s.Order.Try(http.MethodPost, "/v1/orders", s.Asking("ann", line(book, 2)), "Idempotency-Key", s.Key("k"))
			if err != nil {
				t.Error(err)
			}
		})
		ids, created := map[string]bool{}, 0
		for _, a := range answers {
			if a.Status == http.StatusCreated {
				created++
			} else {
				a.Want(http.StatusOK)
			}
			ids[harness.As[harness.Order](a).ID] = true
		}
		if len(ids) != 1 || created != 1 {
			t.Errorf("%d orders, %d times created", len(ids), created)
		}
		s.HasUnits(book, 98, 2, 0)
		if orders := harness.All[harness.Order](s.Order, "/v1/orders?customerId="+s.Customer("ann")); len(orders) != 1 {
			t.Errorf("%d orders are listed", len(orders))
		}
	})
}
