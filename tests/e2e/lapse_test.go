package e2e

import (
	"net/http"
	"testing"
	"time"

	"orderly/tests/harness"
)

// The time of a hold is over while its payment's event is under way, or its order is open yet: nobody else gets the
// goods. Only those of an order that was never kept are given back, and none at all while order cannot be asked.
func TestLapse(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Env: map[string][]string{"order": {"ORDER_HOLD_TTL=10s"}}})
	sold, open, lost := s.Product("sold", 1), s.Product("open", 1), s.Product("lost", 1)
	paid, unpaid := s.Place("ann", line(sold, 1)), s.Place("ann", line(open, 1))
	back := func() {}
	if !s.Keeps(s.ServersOf(harness.Broker)[0]) { // where one server is both, the payment could not be kept
		back = s.Away(harness.Broker, harness.Frozen)
	}
	s.Pay(paid)
	s.HasUnits(sold, 0, 0, 1)
	if err := s.Units(open).Are(0, 1, 0); err != nil {
		t.Error(err)
	}
	back()

	if e := s.Process("order").Stop(t.Context()); e.Code != 0 {
		t.Fatal(e)
	}
	s.Stock.Post("/v1/reservations", M{"orderId": s.Key("nobody"), "items": []harness.Item{line(lost, 1)}, "ttlSeconds": 1}).Want(http.StatusCreated)
	s.Stays(5*time.Second, "what nobody can be asked about is held", func() error { return s.Units(lost).Are(0, 1, 0) })
	if err := s.Restart("order"); err != nil {
		t.Fatal(err)
	}
	s.HasUnits(lost, 1, 0, 0)
	s.Pay(s.Get(unpaid.ID))
	s.HasUnits(open, 0, 0, 1)
	if o := s.Get(paid.ID); o.Attention != "" {
		t.Errorf("the paid order asks for attention: %q", o.Attention)
	}
}
