package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Whatever else is on the topic ends among the dead letters, with the reason, and does not stop the good events.
func TestPoison(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	s.Contact("ann", "en", "")
	book := s.Product("book", 10)
	lines := []harness.Item{line(book, 1)}

	s.Publish("orders", "application/octet-stream", []byte("\x00\xff no JSON, "+s.Key("bytes")), true)
	s.Publish("orders", "text/plain", []byte("no JSON either, "+s.Key("text")), true)
	s.Publish("orders", "application/json", []byte(`{"hello":"`+s.Key("stranger")+`"}`), true)
	s.PublishEvent("orders", s.Forge(s.Key("no-customer"), "confirmed", 1, lines, M{"customerId": 7}))
	s.PublishEvent("orders", s.Forge(s.Key("no-items"), "paid", 1, nil, M{"items": "many"}))
	s.PublishEvent("stock", []byte(`{"specversion":"1.0","id":"x.1","source":"/stock","type":"stock.commit-failed.v1","subject":"`+s.Key("failed")+`","sequence":1,"datacontenttype":"application/json","data":{"orderId":9}}`))
	good := s.Pay(s.Place("ann", lines...))
	s.Once(good.ID)
	s.HasUnits(book, 9, 0, 1)

	for word, topic := range map[string]string{
		s.Key("text"): "orders", s.Key("stranger"): "orders",
		s.Key("no-customer"): "orders", s.Key("no-items"): "orders", s.Key("failed"): "stock",
	} {
		d := s.Dead(topic, word)
		t.Logf("%s: %s", d.Topic, d.Reason)
	}
	// What is no text is shown in base64; its reason is that it is no JSON.
	s.Until("the bytes are a dead letter", func() error {
		for _, d := range harness.All[harness.DeadLetter](s.Notify, "/v1/deadletters?limit=200&topic=orders") {
			if d.Encoding == "base64" && strings.Contains(string(d.Decoded()), s.Key("bytes")) {
				return nil
			}
		}
		return errNotYet
	})
	after := s.Place("ann", lines...)
	s.Once(after.ID)
	if dead := s.DeadLetters("orders", after.ID); len(dead) != 0 {
		t.Errorf("a good event is a dead letter: %+v", dead)
	}
}
