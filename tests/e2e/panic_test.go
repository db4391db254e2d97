package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// The handlers of stock and notify panic twice on an event; it is delivered until it is handled, once.
func TestPanicLosesNothing(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Build: harness.Faults})
	s.Contact("ann", "en", "")
	book := s.Product("book", 10)
	a := s.Order.Post("/v1/orders", s.Asking("ann", line(book, 2)), "baggage", "fault=panic").Want(http.StatusCreated)
	o := harness.As[harness.Order](a)
	calm := s.Place("ann", line(book, 1))
	s.Order.Post("/v1/orders/"+o.ID+"/payment", harness.Payment(o, "p"), "baggage", "fault=panic").Want(http.StatusOK)

	s.Once(calm.ID, o.ID)
	s.HasUnits(book, 7, 1, 2)
	if n := len(s.Mails(o.ID)); n != 2 {
		t.Errorf("%d mails were written", n)
	}
	for _, app := range []string{"stock", "notify"} {
		if !strings.Contains(strings.Join(s.Logs()[app], "\n"), "asked for by baggage") {
			t.Errorf("%s did not panic: this story has shown nothing", app)
		}
		s.Until(app+" is ready", func() error { return s.Answers(app) })
	}
	if dead := s.DeadLetters("orders", o.ID); len(dead) != 0 {
		t.Errorf("dead letters: %+v", dead)
	}
}
