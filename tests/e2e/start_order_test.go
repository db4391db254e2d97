package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// Whatever starts first, the system comes up, with everything it had before: orders, stock, contacts, notifications.
func TestStartOrder(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Idle: true})
	apps, sidecars := []string{"order", "stock", "notify", harness.Probe}, []string{"order.sidecar", "stock.sidecar", "notify.sidecar", harness.Probe + ".sidecar"}
	start := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := s.Restart(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	underneath := func() { // servers last, where sidecars wait for them
		t.Helper()
		if s.Awaited() {
			start(sidecars...)
			start(s.Servers()...)
			return
		}
		start(s.Servers()...)
		start(sidecars...)
	}
	var before []string // ids of orders
	for _, c := range []struct {
		name  string
		start func(s *harness.Story)
	}{
		{"services first", func(s *harness.Story) {
			start(apps...)
			for _, c := range []harness.Client{s.Order, s.Stock, s.Notify} {
				s.Until("it is alive", func() error { _, err := c.Try(http.MethodGet, "/healthz", nil); return err })
				c.Get("/healthz").Want(http.StatusOK)
				c.Get("/readyz").Problem(http.StatusServiceUnavailable, "")
			}
			underneath()
		}},
		{"services last", func(*harness.Story) { underneath(); start(apps...) }},
		{"sidecars last", func(*harness.Story) { start(s.Servers()...); start(apps...); start(sidecars...) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.In(t)
			c.start(s)
			if err := s.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			if before == nil {
				s.Product("book", 10)
				s.Contact("ann", "en", "")
			}
			for i, id := range before {
				if err := harness.Replays(s.History(id), s.Get(id)); err != nil {
					t.Errorf("order %d of before: %v", i, err)
				}
			}
			before = append(before, s.Pay(s.Place("ann", line(s.SKU("book"), 1))).ID)
			s.HasUnits(s.SKU("book"), int64(10-len(before)), 0, int64(len(before)))
			s.Once(before...)
			if c.name != "sidecars last" { // the last run ends with the story
				if err := s.End(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
