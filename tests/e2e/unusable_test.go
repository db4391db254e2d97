package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
)

// The store, then the broker, is killed, then frozen: every service soon says what it misses, stays alive, and is ready
// soon after the return. While the store is away calls are answered at once; while the broker is, orders are taken as
// ever. How soon that is, make chaos sees on a machine that has nothing else to do.
func TestUnusable(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	book := s.Product("book", 100)
	s.Contact("ann", "en", "")
	before := s.Place("ann", line(book, 1))
	for _, part := range []harness.Part{harness.Store, harness.Broker} {
		for _, how := range []harness.How{harness.Killed, harness.Frozen} {
			t.Run(fmt.Sprintf("%s %s", part, how), func(t *testing.T) {
				s := s.In(t)
				unusable(s, part, how, before, book)
				s.Place("ann", line(book, 1))
			})
		}
	}
	s.Once(before.ID)
}

func unusable(s *harness.Story, part harness.Part, how harness.How, before harness.Order, sku string) {
	s.T.Helper()
	back := s.Away(part, how)
	began := time.Now()
	first := make(chan string, 1)
	go func() { first <- firstCalls(s, before) }()
	defer func() { s.T.Logf("of the first calls the slowest: %s", <-first) }()
	for app, c := range services(s) {
		s.Until(app+" says what is away", func() error { return says(c, component[part]) })
		c.Get("/healthz").Want(http.StatusOK)
		c.Get("/readyz?for=calls").Want(http.StatusOK)
	}
	s.T.Logf("known after %s", time.Since(began))
	if part == harness.Store {
		refusesAtOnce(s, before, sku)
		refusesAtOnce(s.Through(harness.Probe), before, sku)
	} else if !s.Keeps(s.ServersOf(harness.Broker)[0]) {
		s.Place("ann", line(sku, 1))
	}
	back()
	began = time.Now()
	for app, c := range services(s) {
		s.Until(app+" is ready again", func() error { return harness.Expect("status", c.Get("/readyz").Status, http.StatusOK) })
	}
	s.T.Logf("ready %s after its return", time.Since(began))
}

// component is what a part is to the services.
var component = map[harness.Part]string{harness.Store: "-state", harness.Broker: "pubsub"}

func services(s *harness.Story) map[string]harness.Client {
	return map[string]harness.Client{"order": s.Order, "stock": s.Stock, "notify": s.Notify}
}

// says returns an error unless a service is not ready for want of a component.
func says(c harness.Client, component string) error {
	a := c.Get("/readyz")
	if a.Status != http.StatusServiceUnavailable {
		return harness.Expect("status", a.Status, http.StatusServiceUnavailable)
	}
	if reasons := harness.As[harness.Problem](a).Reasons; !strings.Contains(strings.Join(reasons, "\n"), component) {
		return fmt.Errorf("reasons are %q, without %s", reasons, component)
	}
	return nil
}

// firstCalls asks for the same order again and again, from the moment that nobody knows of the outage yet, and returns
// how long the slowest took.
func firstCalls(s *harness.Story, o harness.Order) string {
	longest, last := time.Duration(0), 0
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		began := time.Now()
		a, err := s.Order.Try(http.MethodGet, "/v1/orders/"+o.ID, nil)
		if err != nil || (a.Status != http.StatusOK && a.Status != http.StatusServiceUnavailable) {
			s.T.Errorf("%v\n%s", err, a)
		}
		if took := time.Since(began); took > longest {
			longest, last = took, a.Status
		}
	}
	if longest > soon {
		s.T.Errorf("a call took %s", longest)
	}
	return fmt.Sprintf("%s (%d)", longest, last)
}

// soon is less than anything takes that waits for a store that is away: the sidecar and the callers wait 8 to 10 s.
const soon = 5 * time.Second

// refusesAtOnce sees that reads and writes of all services are 503 at once.
func refusesAtOnce(s *harness.Story, o harness.Order, sku string) {
	s.T.Helper()
	readable := len(s.ServersOf(harness.Store)) == 0 // of files that are locked
	for _, call := range []func() harness.Answer{
		func() harness.Answer { return s.Order.Get("/v1/orders/" + o.ID) },
		func() harness.Answer { return s.Order.Get("/v1/orders?customerId=" + o.CustomerID) },
		func() harness.Answer { return s.Order.Post("/v1/orders", s.Asking("ann", line(sku, 1))) },
		func() harness.Answer {
			return s.Order.Post("/v1/orders", s.Asking("ann", line(sku, 1)), "Idempotency-Key", s.Key("away"))
		},
		func() harness.Answer { return s.Order.Post("/v1/orders/"+o.ID+"/payment", harness.Payment(o, "p")) },
		func() harness.Answer { return s.Order.Delete("/v1/orders/"+o.ID, nil) },
		func() harness.Answer { return s.Stock.Get("/v1/stock/" + sku) },
		func() harness.Answer {
			return s.Stock.Post("/v1/stock/"+sku+"/receipts", M{"quantity": 1, "reference": "away"})
		},
		func() harness.Answer { return s.Stock.Get("/v1/products") },
		func() harness.Answer { return s.Notify.Get("/v1/notifications?orderId=" + o.ID) },
		func() harness.Answer { return s.Notify.Get("/v1/customers/" + o.CustomerID + "/contact") },
	} {
		began := time.Now()
		a := call()
		took := time.Since(began)
		if !readable || a.Method != http.MethodGet {
			a.Problem(http.StatusServiceUnavailable, "store-unavailable")
		}
		if took > soon {
			s.T.Errorf("after %s:\n%s", took, a)
		}
	}
}
