package e2e

import (
	"encoding/json"
	"testing"

	"orderly/tests/harness"
)

// Every event of an order is delivered again, three times: nobody is told twice and no unit moves twice.
func TestRedelivery(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	hook := s.Hook(0)
	s.Contact("ann", "en", hook.URL)
	book := s.Product("book", 10)
	sold := s.Pay(s.Place("ann", line(book, 3)))
	s.HasUnits(book, 7, 0, 3)
	given := s.Cancel(s.Pay(s.Place("ann", line(book, 2))))
	s.HasUnits(book, 7, 0, 3)
	s.Events(sold.ID, "order.confirmed.v1", "order.paid.v1")
	s.Events(given.ID, "order.confirmed.v1", "order.paid.v1", "order.cancelled.v1")
	s.Once(sold.ID, given.ID)
	entries := len(harness.All[harness.Entry](s.Stock, "/v1/stock/"+book+"/ledger?limit=200"))

	for range 3 {
		for _, id := range []string{sold.ID, given.ID} {
			for _, e := range first(s, id) {
				s.PublishEvent("orders", e)
			}
		}
	}
	s.Until("the repeats have travelled", func() error {
		repeats, err := s.Published(given.ID)
		if err == nil {
			err = harness.Expect("deliveries", len(repeats), 4*3)
		}
		return err
	})
	s.Stays(soak, "no repeat has an effect", func() error { return s.Units(book).Are(7, 0, 3) })
	s.Once(sold.ID, given.ID)
	if n := len(hook.About(sold.ID)); n != 2 {
		t.Errorf("the webhook was called %d times for two events", n)
	}
	if n := len(harness.All[harness.Entry](s.Stock, "/v1/stock/"+book+"/ledger?limit=200")); n != entries {
		t.Errorf("the ledger grew from %d to %d entries", entries, n)
	}
}

// first returns each event about a subject once, as it was delivered.
func first(s *harness.Story, subject string) []json.RawMessage {
	s.T.Helper()
	all, err := s.Published(subject)
	if err != nil {
		s.T.Fatal(err)
	}
	var once []json.RawMessage
	seen := map[string]bool{}
	for _, body := range all {
		var e harness.CloudEvent
		if err := json.Unmarshal(body, &e); err != nil {
			s.T.Fatal(err)
		}
		if !seen[e.ID] {
			seen[e.ID] = true
			once = append(once, body)
		}
	}
	return once
}
