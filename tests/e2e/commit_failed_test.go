package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// The hold of an order is gone and somebody else has the goods when the payment comes: the order keeps its payment and
// asks for an operator, who may ship it anyway or cancel it.
func TestCommitFails(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	s.Contact("ann", "en", "")
	book := s.Product("book", 5)
	robbed := func() harness.Order {
		o := s.Place("ann", line(book, 5))
		s.Stock.Delete("/v1/reservations/"+o.ID, nil).Want(http.StatusOK)
		return o
	}
	a, b := robbed(), robbed()
	hold(s, "thief", line(book, 5)).Want(http.StatusCreated)
	for _, o := range []harness.Order{a, b} {
		s.Pay(o)
		s.Until("the order asks for attention", func() error { return harness.Expect("attention", s.Get(o.ID).Attention, "stock") })
		if got := s.Get(o.ID); got.Status != "paid" {
			t.Errorf("the order is %s", got.Status)
		}
	}
	if err := s.Units(book).Are(0, 5, 0); err != nil {
		t.Error(err)
	}
	s.Until("the failure is published", func() error {
		for _, subject := range []string{a.ID, book} {
			raw, err := s.Published(subject)
			if err != nil {
				return err
			}
			for _, body := range raw {
				var e harness.CloudEvent
				if err := json.Unmarshal(body, &e); err != nil {
					return err
				}
				if e.Type == "stock.commit-failed.v1" {
					return s.MatchesSchema("stock", e.Type, e.Data)
				}
			}
		}
		return errNotYet
	})
	if o := s.Deliver(s.Ship(s.Get(a.ID))); o.Attention != "" {
		t.Errorf("a delivered order still asks for attention: %q", o.Attention)
	}
	s.Cancel(b)
	s.HasUnits(book, 0, 5, 0)
	for _, o := range []harness.Order{a, b} {
		if err := harness.Replays(s.History(o.ID), s.Get(o.ID)); err != nil {
			t.Error(err)
		}
	}
	s.Once(a.ID, b.ID)
}
