package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// The history of an order is gap-free, every step has its trace, and replaying it gives the order, whichever way the
// order went.
func TestHistory(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 20)
		place := func() harness.Order { return s.Place("ann", line(book, 1)) }
		for _, o := range []harness.Order{
			place(),
			s.Cancel(place()),
			s.Cancel(s.Pay(place())),
			s.Deliver(s.Ship(s.Pay(place()))),
		} {
			history := s.History(o.ID)
			if err := harness.Replays(history, s.Get(o.ID)); err != nil {
				t.Error(err)
			}
			for _, step := range history {
				if step.TraceID != s.Trace {
					t.Errorf("%s %d has trace %q, not the caller's", step.Type, step.Sequence, step.TraceID)
				}
			}
			published := s.Events(o.ID, types(history)...)
			for i, e := range published {
				sameFact(t, e.Data, history[i])
			}
		}
		s.Order.Get("/v1/orders/"+s.Key("nobody")+"/events").Problem(http.StatusNotFound, "")
	})
}

func types(history []harness.Step) []string {
	var all []string
	for _, step := range history {
		all = append(all, step.Type)
	}
	return all
}
