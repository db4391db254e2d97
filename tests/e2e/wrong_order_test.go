package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// The events of an order arrive newest first. It was cancelled, so nothing may be sold by the payment that comes
// late, and the customer is told of each event once.
func TestEventsInWrongOrder(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	s.Contact("ann", "en", "")
	book := s.Product("book", 10)
	lines := []harness.Item{line(book, 4)}
	held := harness.As[harness.Reservation](hold(s, "o", lines...).Want(http.StatusCreated))
	s.HasUnits(book, 6, 4, 0)

	id := s.Key("o")
	told := func(n int) {
		t.Helper()
		s.Until("the customer was told", func() error { return harness.Expect("notifications", len(s.Notifications(id)), n) })
	}
	s.PublishEvent("orders", s.Forge(id, "cancelled", 3, held.Items, nil))
	s.HasUnits(book, 10, 0, 0)
	told(1)
	s.PublishEvent("orders", s.Forge(id, "paid", 2, held.Items, nil))
	told(2)
	s.PublishEvent("orders", s.Forge(id, "confirmed", 1, held.Items, nil))
	told(3)
	s.Stays(soak, "nothing is sold", func() error { return s.Units(book).Are(10, 0, 0) })
	hold(s, "o", lines...).Problem(http.StatusConflict, "")
	if dead := s.DeadLetters("orders", id); len(dead) != 0 {
		t.Errorf("dead letters: %+v", dead)
	}
}
