package e2e

import (
	"testing"
	"time"

	"orderly/tests/harness"
)

// An order that is not paid in time expires and its stock returns; a paid one does not, and no command brings an
// expired one back.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Env: map[string][]string{"order": {"ORDER_PAYMENT_TTL=3s"}}})
	s.Contact("ann", "en", "")
	book := s.Product("book", 10)
	unpaid, paid := s.Place("ann", line(book, 2)), s.Pay(s.Place("ann", line(book, 3)))
	if ttl := unpaid.ExpiresAt.Sub(unpaid.CreatedAt); ttl != 3*time.Second {
		t.Errorf("expires after %s", ttl)
	}
	s.Until("the unpaid order has expired", func() error { return harness.Expect("status", s.Get(unpaid.ID).Status, "expired") })
	late := time.Since(*unpaid.ExpiresAt)
	if late < 0 || late > 10*time.Second {
		t.Errorf("expired %s after its time", late)
	}
	s.HasUnits(book, 7, 0, 3)
	if o := s.Get(paid.ID); o.Status != "paid" {
		t.Errorf("the paid order is %s", o.Status)
	}
	expired := s.Get(unpaid.ID)
	refusesAll(s, expired)
	s.Events(unpaid.ID, "order.confirmed.v1", "order.expired.v1")
	history := s.History(unpaid.ID)
	if err := harness.Replays(history, expired); err != nil {
		t.Error(err)
	}
	s.Until("the customer was told", func() error { return harness.ToldOnce(history, s.Notifications(unpaid.ID)) })
}
