package e2e

import (
	"net/http"
	"testing"
	"time"

	"orderly/tests/harness"
)

// Stock is away: orders are accepted as pending and settle by themselves within ten seconds of its return, to what
// they would have been at once.
func TestPendingSettles(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	for _, absent := range []string{"stock", "stock.sidecar"} {
		t.Run(absent, func(t *testing.T) {
			s := s.In(t)
			name := func(n string) string { return absent + "-" + n }
			book := s.Product(name("book"), 10)
			s.Contact("ann", "en", "")
			if e := s.Process(absent).Stop(t.Context()); e.Code != 0 {
				t.Fatal(e)
			}

			good := pend(s, name("good"), line(book, 3))
			greedy := pend(s, name("greedy"), line(book, 50))
			strange := pend(s, name("strange"), line(s.SKU("dodo"), 1))
			given := pend(s, name("given up"), line(book, 2))
			refusesAll(s, good)
			s.Cancel(given)

			if err := s.Restart(absent); err != nil {
				t.Fatal(err)
			}
			s.Until("stock is back", func() error { return s.Answers("stock") })
			back := time.Now()
			for id, status := range map[string]string{good.ID: "confirmed", greedy.ID: "rejected", strange.ID: "rejected", given.ID: "cancelled"} {
				s.Until("it settles", func() error { return harness.Expect("status of "+id, s.Get(id).Status, status) })
			}
			if took := time.Since(back); took > 10*time.Second {
				t.Errorf("settled %s after the return of %s", took, absent)
			}
			s.HasUnits(book, 7, 3, 0)
			settled(s, good.ID, "order.placed.v1", "order.confirmed.v1")
			settled(s, greedy.ID, "order.placed.v1", "order.rejected.v1")
			settled(s, strange.ID, "order.placed.v1", "order.rejected.v1")
			settled(s, given.ID, "order.placed.v1", "order.cancelled.v1")
			if o := s.Get(greedy.ID); len(o.Shortages) != 1 || o.Shortages[0].Available > 10 {
				t.Errorf("shortages are %+v", o.Shortages)
			}
			s.Events(s.Place("ann", line(book, 1)).ID, "order.confirmed.v1") // never pending, never placed.v1
		})
	}
}

// pend places an order that stock cannot answer for; its repeat is the same order.
func pend(s *harness.Story, key string, lines ...harness.Item) harness.Order {
	s.T.Helper()
	post := func() harness.Answer {
		return s.Order.Post("/v1/orders", s.Asking("ann", lines...), "Idempotency-Key", s.Key(key))
	}
	a := post().Want(http.StatusAccepted)
	o := harness.As[harness.Order](a)
	if o.Status != "pending" || a.Header.Get("Location") != "/v1/orders/"+o.ID {
		s.T.Errorf("Location %q:\n%s", a.Header.Get("Location"), a)
	}
	again := post().Want(http.StatusOK)
	if id := harness.As[harness.Order](again).ID; id != o.ID || again.Header.Get("Idempotent-Replayed") != "true" {
		s.T.Errorf("the repeat is order %s, not %s", id, o.ID)
	}
	return o
}

func settled(s *harness.Story, id string, types ...string) {
	s.T.Helper()
	s.Events(id, types...)
	if err := harness.Replays(s.History(id), s.Get(id)); err != nil {
		s.T.Error(err)
	}
	s.Until("the customer was told", func() error { return harness.ToldOnce(s.History(id), s.Notifications(id)) })
}
