package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// One trace id leads from the customer's request to the mail: through the order's history, the published events, the
// notification, the mail itself, and the logs of all three services.
func TestOneTrace(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		s.Contact("ann", "en", "")
		book := s.Product("book", 10)
		s.Trace = s.NewTrace() // of the order alone
		s = s.Through(s.Door())
		o := s.Pay(s.Place("ann", line(book, 1)))

		history := s.History(o.ID)
		if len(history) != 2 {
			t.Errorf("history: %d steps", len(history))
		}
		for _, step := range history {
			if step.TraceID != s.Trace {
				t.Errorf("history: %s has trace %s", step.Type, step.TraceID)
			}
		}
		for _, e := range s.Events(o.ID, "order.confirmed.v1", "order.paid.v1") {
			if !strings.Contains(e.TraceParent, s.Trace) {
				t.Errorf("event: %s has traceparent %s", e.Type, e.TraceParent)
			}
		}
		s.Once(o.ID)
		told := harness.All[M](s.Notify, "/v1/notifications?orderId="+o.ID)
		if len(told) != 2 {
			t.Errorf("%d notifications", len(told))
		}
		for _, n := range told {
			if n["traceId"] != s.Trace {
				t.Errorf("notification: %v", n)
			}
		}
		if mails := s.Mails(o.ID, `<meta name="traceparent" content="00-`+s.Trace); len(mails) != 2 {
			t.Errorf("%d mails carry the trace", len(mails))
		}
		p := s.Order.Get("/v1/orders/"+s.Key("nobody")).Problem(404, "")
		if p.TraceID != s.Trace {
			t.Errorf("problem: trace %s", p.TraceID)
		}
		s.Until("every service has logged the trace", func() error {
			for _, app := range harness.Services {
				if !logged(s, app) {
					return harness.Expect("lines of "+app, 0, 1)
				}
			}
			return nil
		})
	})
}

// logged looks for a line of the story's trace, in the form logs are promised in.
func logged(s *harness.Story, app string) bool {
	for _, l := range s.Logs()[app] {
		if !strings.Contains(l, s.Trace) {
			continue
		}
		var in struct {
			Timestamp, Level, Service, Message string
			TraceID                            string `json:"trace_id"`
			SpanID                             string `json:"span_id"`
		}
		if err := json.Unmarshal([]byte(l), &in); err != nil {
			s.T.Fatalf("log of %s: %v: %s", app, err, l)
		}
		if in.Timestamp == "" || in.Level == "" || in.Message == "" || in.Service != app || in.SpanID == "" {
			s.T.Errorf("log of %s: %s", app, l)
		}
		if in.TraceID == s.Trace {
			return true
		}
	}
	return false
}

// A request without a trace gets one, and says which.
func TestTraceIsBorn(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	a := s.Order.Get("/v1/orders/"+s.Key("nobody"), "traceparent", "")
	if p := a.Problem(404, ""); p.TraceID == s.Trace {
		t.Errorf("a trace from nowhere: %s", p.TraceID)
	}
}
