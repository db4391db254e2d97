package e2e

import (
	"net/http"
	"reflect"
	"testing"

	"orderly/tests/harness"
)

// Only the exact total pays an order, and one reference pays it once.
func TestPayment(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 10)
		o := s.Place("ann", line(book, 2))
		pay := func(reference string, amount int64, currency string) harness.Answer {
			return s.Order.Post("/v1/orders/"+o.ID+"/payment",
				M{"reference": reference, "amount": harness.Money{Amount: amount, Currency: currency}, "method": "card"})
		}
		for _, wrong := range []harness.Money{{Amount: o.Total.Amount - 1, Currency: "USD"}, {Amount: o.Total.Amount + 1, Currency: "USD"}, {Amount: o.Total.Amount, Currency: "EUR"}} {
			pay("p1", wrong.Amount, wrong.Currency).Problem(http.StatusConflict, "amount-mismatch")
		}
		if got := s.Get(o.ID); got.Status != "confirmed" || got.Version != 1 {
			t.Errorf("a wrong amount changed the order: %+v", got)
		}
		paid := harness.As[harness.Order](pay("p1", o.Total.Amount, "USD").Want(http.StatusOK))
		if paid.Status != "paid" {
			t.Errorf("paid: %+v", paid)
		}
		again := harness.As[harness.Order](pay("p1", o.Total.Amount, "USD").Want(http.StatusOK))
		if !reflect.DeepEqual(again, paid) {
			t.Errorf("the same reference answers %+v, before %+v", again, paid)
		}
		pay("p2", o.Total.Amount, "USD").Problem(http.StatusConflict, "illegal-transition")
		s.HasUnits(book, 8, 0, 2)
		s.Events(o.ID, "order.confirmed.v1", "order.paid.v1")
	})
}

// Ten payments at once under one reference are one payment.
func TestPaymentRace(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	o := s.Place("ann", line(book, 1))
	harness.Together(10, func(int) {
		a, err := s.Order.Try(http.MethodPost, "/v1/orders/"+o.ID+"/payment", harness.Payment(o, "once"))
		if err != nil || a.Status != http.StatusOK {
			t.Errorf("%v\n%s", err, a)
		}
	})
	s.Events(o.ID, "order.confirmed.v1", "order.paid.v1")
	s.HasUnits(book, 9, 0, 1)
}
