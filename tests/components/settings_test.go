package components

import (
	"errors"
	"net/http"
	"time"

	"orderly/tests/harness"
)

type setting struct {
	Name, Value, Origin string
	Rejected            *struct{ Value, Reason string }
}

// inForce is how soon a change is, as services/internal/settings/README.md promises.
const inForce = 2 * time.Second

// A setting changes on every replica while it runs; a bad one is shown and changes nothing; one that is taken back is what
// it was before.
func settingsReload(s *harness.Story) {
	t := s.T
	if promised("settings") != "live" {
		t.Skip("not promised: the set has no configuration store")
	}
	replicas := []*harness.Story{s, s.Second()}
	onBoth := func(fact func(*harness.Story) error) func() error {
		return func() error { return errors.Join(fact(replicas[0]), fact(replicas[1])) }
	}
	shows := func(value, origin, rejected string) {
		t.Helper()
		s.Promptly(inForce, "both replicas show "+value+" by "+origin, onBoth(func(r *harness.Story) error {
			now := ttl(r)
			refused := ""
			if now.Rejected != nil {
				refused = now.Rejected.Value
			}
			if err := harness.Expect("rejected", refused, rejected); err != nil {
				return err
			}
			return harness.Expect("payment TTL", now.Value+" by "+now.Origin, value+" by "+origin)
		}))
	}
	book := s.Product("set", 10_000)
	shows("15m0s", "default", "")
	s.Configure("order.ORDER_PAYMENT_TTL", "2m")
	shows("2m0s", "configuration", "")
	for _, r := range replicas {
		if o := r.Place("sue", harness.Line(book, 1)); o.ExpiresAt.Sub(o.CreatedAt) != 2*time.Minute {
			t.Errorf("an order has %s to pay", o.ExpiresAt.Sub(o.CreatedAt))
		}
	}
	s.Configure("order.ORDER_PAYMENT_TTL", "soon")
	shows("2m0s", "configuration", "soon")
	s.Configure("order.ORDER_PAYMENT_TTL")
	shows("15m0s", "default", "")

	answers := func(status int) {
		t.Helper()
		s.Promptly(inForce, "both replicas answer as they are told to", onBoth(func(r *harness.Story) error {
			return harness.Expect("status", r.Order.Post("/v1/orders", r.Asking("sue", harness.Line(book, 1))).Status, status)
		}))
	}
	s.Configure("order.ORDER_OPEN", "false")
	answers(http.StatusServiceUnavailable)
	s.Configure("order.ORDER_OPEN")
	answers(http.StatusCreated)
}

func ttl(s *harness.Story) setting {
	s.T.Helper()
	for _, item := range harness.As[harness.Page[setting]](s.Order.Get("/v1/settings").Want(http.StatusOK)).Items {
		if item.Name == "ORDER_PAYMENT_TTL" {
			return item
		}
	}
	s.T.Fatal("ORDER_PAYMENT_TTL is not shown")
	return setting{}
}
