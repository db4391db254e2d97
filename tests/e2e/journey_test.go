package e2e

import (
	"testing"

	"orderly/tests/harness"
)

// The whole way: placed, paid, shipped, delivered, by both doors, with stock, history, events and the customer's
// notifications following.
func TestJourney(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		s.Contact("ann", "en", "")
		book := s.Product("book", 10)
		o := s.Place("ann", line(book, 2))
		s.HasUnits(book, 8, 2, 0)
		o = s.Pay(o)
		if o.ExpiresAt != nil {
			t.Errorf("a paid order expires at %s", o.ExpiresAt)
		}
		s.HasUnits(book, 8, 0, 2)
		o = s.Deliver(s.Ship(o))
		s.HasUnits(book, 8, 0, 2)

		history := s.History(o.ID)
		if err := harness.Replays(history, s.Get(o.ID)); err != nil {
			t.Error(err)
		}
		s.Events(o.ID, "order.confirmed.v1", "order.paid.v1", "order.shipped.v1", "order.delivered.v1")
		s.Until("the customer was told of each step once", func() error { return harness.ToldOnce(history, s.Notifications(o.ID)) })
	})
}
