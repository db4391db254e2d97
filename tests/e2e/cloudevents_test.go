package e2e

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Published events are CloudEvents 1.0 exactly as promised, and valid against the schemas that the services serve.
func TestCloudEvents(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	paid := s.Deliver(s.Ship(s.Pay(s.Place("ann", line(book, 2)))))
	cancelled := s.Cancel(s.Place("ann", line(book, 1)))
	p := s.Order.Post("/v1/orders", s.Asking("ann", line(book, 99))).Problem(409, "out-of-stock")
	s.HasUnits(book, 8, 0, 2) // what was cancelled is back
	s.Stock.Post("/v1/stock/"+book+"/adjustments", M{"delta": -8, "reason": "damaged", "reference": "count"})

	s.Events(paid.ID, "order.confirmed.v1", "order.paid.v1", "order.shipped.v1", "order.delivered.v1")
	s.Events(cancelled.ID, "order.confirmed.v1", "order.cancelled.v1")
	s.Events(p.OrderID, "order.rejected.v1")
	s.Events(book, "stock.received.v1", "stock.adjusted.v1", "stock.out.v1")
	for subject, source := range map[string]string{paid.ID: "/orders", cancelled.ID: "/orders", p.OrderID: "/orders", book: "/stock"} {
		raw, err := s.Published(subject)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range raw {
			soundEvent(s, subject, source, body)
		}
	}
}

func soundEvent(s *harness.Story, subject, source string, body json.RawMessage) {
	t := s.T
	var e harness.CloudEvent
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	parent := strings.Split(e.TraceParent, "-")
	switch {
	case e.SpecVersion != "1.0", e.DataContentType != "application/json", e.Time.IsZero():
		t.Errorf("not a CloudEvent: %s", body)
	case e.ID != subject+"."+e.Sequence.String(), e.Subject != subject, e.Source != source:
		t.Errorf("id %s, subject %s, source %s: %s", e.ID, e.Subject, e.Source, body)
	case len(parent) != 4 || parent[1] != s.Trace:
		t.Errorf("traceparent %q is not of the caller's trace %s", e.TraceParent, s.Trace)
	}
	if source == "/orders" {
		var data map[string]any
		if err := json.Unmarshal(e.Data, &data); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"orderId", "customerId", "status", "items", "at"} {
			if data[name] == nil {
				t.Errorf("data of %s has no %s: %s", e.Type, name, e.Data)
			}
		}
	}
	if err := s.MatchesSchema(strings.TrimPrefix(strings.TrimSuffix(source, "s"), "/"), e.Type, e.Data); err != nil {
		t.Errorf("%s is not as its schema says: %v\n%s", e.Type, err, body)
	}
}

// sameFact compares the data of a published event with the step of the history it tells.
func sameFact(t *testing.T, data json.RawMessage, step harness.Step) {
	t.Helper()
	var published harness.Fact
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(published, step.Data) {
		t.Errorf("%s was published as %+v, the history has %+v", step.Type, published, step.Data)
	}
}
