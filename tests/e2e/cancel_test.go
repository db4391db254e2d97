package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// A cancelled order gives its stock back, whether it was paid or not; a shipped one cannot be cancelled, and nothing
// is ever deleted.
func TestCancel(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 10)

		confirmed := s.Cancel(s.Place("ann", line(book, 3)))
		s.HasUnits(book, 10, 0, 0)

		paid := s.Pay(s.Place("ann", line(book, 4)))
		s.HasUnits(book, 6, 0, 4)
		a := s.Order.Delete("/v1/orders/"+paid.ID, nil).Want(http.StatusOK) // a reason is optional
		if o := harness.As[harness.Order](a); o.Status != "cancelled" {
			t.Errorf("cancelled:\n%s", a)
		}
		s.HasUnits(book, 10, 0, 0)

		shipped := s.Ship(s.Pay(s.Place("ann", line(book, 5))))
		s.Order.Delete("/v1/orders/"+shipped.ID, M{"reason": "too late"}).Problem(http.StatusConflict, "illegal-transition")
		s.HasUnits(book, 5, 0, 5)

		for _, o := range []harness.Order{confirmed, paid} {
			if kept := s.Get(o.ID); kept.Status != "cancelled" || kept.ExpiresAt != nil {
				t.Errorf("kept as %+v", kept)
			}
		}
		s.Events(confirmed.ID, "order.confirmed.v1", "order.cancelled.v1")
		s.Events(paid.ID, "order.confirmed.v1", "order.paid.v1", "order.cancelled.v1")
	})
}

// Paid and cancelled in the same instant: one of the two wins or both in their order, and stock follows.
func TestPayAgainstCancel(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 100)
	for range 10 {
		o := s.Place("ann", line(book, 1))
		harness.Together(2, func(i int) {
			var err error
			if i == 0 {
				_, err = s.Order.Try(http.MethodPost, "/v1/orders/"+o.ID+"/payment", harness.Payment(o, "p"))
			} else {
				_, err = s.Order.Try(http.MethodDelete, "/v1/orders/"+o.ID, nil)
			}
			if err != nil {
				t.Error(err)
			}
		})
		if o = s.Get(o.ID); o.Status != "cancelled" {
			t.Errorf("the order is %s", o.Status)
		}
	}
	s.HasUnits(book, 100, 0, 0)
}
