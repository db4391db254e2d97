package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Baggage that a caller sends travels with the order: into its events, through the invocation into stock's events,
// into the mail and the webhook.
func TestBaggage(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		hook := s.Hook(0)
		s.Contact("ann", "en", hook.URL)
		book := s.Product("book", 10)
		const tenant = "tenant=blue"
		a := s.Order.Post("/v1/orders", s.Asking("ann", line(book, 10)), "baggage", tenant).Want(http.StatusCreated)
		o := harness.As[harness.Order](a)

		if e := s.Events(o.ID, "order.confirmed.v1")[0]; !strings.Contains(e.Baggage, tenant) {
			t.Errorf("the order's event has baggage %q", e.Baggage)
		}
		out := s.Events(book, "stock.received.v1", "stock.out.v1")[1]
		if !strings.Contains(out.Baggage, tenant) || !strings.Contains(out.TraceParent, s.Trace) {
			t.Errorf("stock's event has baggage %q, traceparent %q", out.Baggage, out.TraceParent)
		}
		s.Until("mail and webhook carry it", func() error {
			if err := harness.Expect("mails", len(s.Mails(o.ID, tenant)), 1); err != nil {
				return err
			}
			hits := hook.About(o.ID)
			if len(hits) == 0 {
				return errNotYet
			}
			return harness.Expect("webhook baggage", hits[0].Header.Get("baggage"), tenant)
		})
	})
}
