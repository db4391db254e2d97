package e2e

import (
	"testing"

	"orderly/tests/harness"
)

// A customer is told once per event and channel, in the order's own words; who left no address is not, and that is
// written down too.
func TestNotifications(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		hook := s.Hook(0)
		s.Contact("ann", "en", hook.URL)
		book := s.Product("book", 10)
		o := s.Deliver(s.Ship(s.Pay(s.Place("ann", line(book, 2)))))
		stranger := s.Cancel(s.Place("stranger", line(book, 1)))
		s.Once(o.ID)

		told := s.Notifications(o.ID)
		if len(told) != 8 {
			t.Errorf("%d notifications of four events by two channels", len(told))
		}
		for _, n := range told {
			if n.ID == "" || n.CustomerID != o.CustomerID || n.OrderID != o.ID || n.Status != "sent" || n.Attempts != 1 || n.At.IsZero() || n.Error != "" {
				t.Errorf("told %+v", n)
			}
		}
		if n := len(hook.About(o.ID)); n != 4 {
			t.Errorf("the webhook was called %d times", n)
		}
		if n := len(s.Mails(o.ID)); n != 4 {
			t.Errorf("%d mails were written", n)
		}
		s.Until("the stranger's notifications are suppressed", func() error {
			told := s.Notifications(stranger.ID)
			for _, n := range told {
				if err := harness.Expect("status", n.Status, "suppressed"); err != nil {
					return err
				}
			}
			return harness.Expect("notifications", len(told), 2)
		})

		count := func(query string) int {
			return len(harness.All[harness.Notification](s.Notify, "/v1/notifications?"+query))
		}
		if n := count("limit=3&customerId=" + o.CustomerID); n != 8 {
			t.Errorf("by customer, in pages: %d", n)
		}
		if n := count("status=sent&customerId=" + o.CustomerID); n != 8 {
			t.Errorf("by customer and status: %d", n)
		}
		if n := count("status=failed&customerId=" + o.CustomerID); n != 0 {
			t.Errorf("failed: %d", n)
		}
		if n := count("status=suppressed&customerId=" + stranger.CustomerID); n != 2 {
			t.Errorf("suppressed: %d", n)
		}
		if n := count("orderId=" + s.Key("nobody")); n != 0 {
			t.Errorf("of no order: %d", n)
		}
	})
}
