package dapr

import (
	"strings"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

func TestOnlyDocumentsOfThisVersionAreRead(t *testing.T) {
	for _, key := range []string{storyKey("o"), contactKey("c"), deadKey("d")} {
		for _, body := range []string{`{"v":2}`, `{}`} {
			if _, err := (Codec{}).Decode(key, []byte(body)); err == nil || !strings.Contains(err.Error(), "version") {
				t.Errorf("%s: %v", key, err)
			}
		}
	}
	if _, err := (Codec{}).Decode("other:x", []byte(`{"v":1}`)); err == nil {
		t.Error("a document of nobody was read")
	}
	if _, err := (Codec{}).Encode("other:x", 7); err == nil {
		t.Error("a document of nobody was written")
	}
}

func FuzzRecords(f *testing.F) {
	f.Add(uint8(1), []byte(`{"v":1,"customerId":"alice","locale":"en","channels":["email"],"email":"a@example.com"}`))
	f.Add(uint8(2), []byte(`{"v":1,"dead":{"id":"a","topic":"orders","status":"open","body":"e30="}}`))
	f.Add(uint8(0), []byte(`{"v":1,"told":[{"event":{"source":"/orders","id":"o.1","type":"order.paid.v1","sequence":1,"orderId":"o","customerId":"c","status":"paid","details":{}},"locale":"en","notices":[{"channel":"email","status":"sent"}]}]}`))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		key := []string{storyKey("o"), contactKey("c"), deadKey("d")}[kind%3]
		value, err := Codec{}.Decode(key, body)
		if err != nil {
			return
		}
		again, err := Codec{}.Encode(key, value)
		if err != nil {
			return // a time out of range
		}
		back, err := Codec{}.Decode(key, again)
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, body, again)
		}
		if once, err := (Codec{}).Encode(key, back); err != nil || string(once) != string(again) {
			t.Errorf("%v\n%s\n%s", err, again, once)
		}
	})
}

func TestFileNamesAreSafeAndTellOrdersApart(t *testing.T) {
	name := func(order string) string {
		return fileName(notify.EventFields{OrderID: order, Sequence: 3, Status: "paid", CustomerID: "alice", At: time.Now()})
	}
	if got := name("7d4f1c52-9a3e"); got != "7d4f1c52-9a3e.3.paid.2bd806c97f0e.html" {
		t.Error(got)
	}
	for _, order := range []string{"..", "a:b", "a*b", "CON:", strings.Repeat("a", 128), "a.b"} {
		if got := name(order); strings.ContainsAny(got, `/\:*`) || strings.HasPrefix(got, ".") || len(got) > 160 {
			t.Error(got)
		}
	}
	if name("a:b") == name("a*b") || name("a:b") == name("a_b") {
		t.Error("two orders share a file")
	}
}
