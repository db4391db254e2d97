package dapr

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

func TestALaterVersionIsRefused(t *testing.T) {
	for what, open := range map[string]func() error{
		"told":    func() error { _, err := openTold([]byte(`{"v":2}`)); return err },
		"contact": func() error { _, err := openContact([]byte(`{"v":2}`)); return err },
		"dead":    func() error { _, err := openDead([]byte(`{"v":2}`)); return err },
		"none":    func() error { _, err := openTold([]byte(`{}`)); return err },
	} {
		if err := open(); err == nil || !strings.Contains(err.Error(), "version") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte(`{"v":1,"customerId":"alice","locale":"en","channels":["email"],"email":"a@example.com"}`))
	f.Add([]byte(`{"v":1,"dead":{"id":"a","topic":"orders","status":"open","body":"e30="}}`))
	f.Add([]byte(`{"v":1,"told":{"event":{"source":"/orders","id":"o.1","type":"order.paid.v1","sequence":1,"orderId":"o","customerId":"c","status":"paid","details":{}},"locale":"en","notices":[{"channel":"email","status":"sent"}]}}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		if told, err := openTold(value); err == nil {
			again, err := closeTold(told)
			if err != nil {
				return // a time out of range
			}
			back, err := openTold(again)
			if err != nil || !reflect.DeepEqual(told.Notifications(), back.Notifications()) {
				t.Errorf("%v\n%+v\n%+v", err, told, back)
			}
		}
		if c, err := openContact(value); err == nil {
			again, _ := closeContact(c)
			if back, err := openContact(again); err != nil || !reflect.DeepEqual(c, back) {
				t.Errorf("%v\n%+v\n%+v", err, c, back)
			}
		}
		if d, err := openDead(value); err == nil {
			if again, err := closeDead(d); err == nil {
				if _, err := openDead(again); err != nil {
					t.Error(err)
				}
			}
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
