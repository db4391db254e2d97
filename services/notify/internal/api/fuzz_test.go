package api

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/notify/internal/letter"
	"orderly/services/notify/internal/notify"
)

func FuzzOrderData(f *testing.F) {
	f.Add([]byte(`{"orderId":"o1","customerId":"alice","status":"paid","items":[{"sku":"a","quantity":1,"unitPrice":{"amount":1,"currency":"JPY"}}],"at":"2026-01-31T09:30:00Z"}`))
	f.Add([]byte(`{"orderId":"o1","customerId":"alice","status":"paid","total":{"amount":-1,"currency":"\u0000\u0000\u0000"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := openOrder(event.Event{ID: "o1.1", Source: "/orders", Type: "order.paid.v1", Subject: "o1", Sequence: 1, Time: time.Now(), Data: data})
		if err != nil {
			if p, ok := errors.AsType[*problem.Problem](err); !ok || !p.Final() {
				t.Errorf("not final: %v", err)
			}
			return
		}
		if _, err := letter.Write(e, "en", false, nil); err != nil {
			t.Errorf("accepted, but cannot be written: %v", err)
		}
	})
}

func FuzzRawDeadLetter(f *testing.F) {
	f.Add([]byte(`garbage`))
	f.Add([]byte(`{"id":"a"}`))
	f.Add([]byte(`"text"`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		body, app, reason := event.OpenDeadLetter(raw)
		if diagnose(body) == "" {
			t.Error("no reason")
		}
		d := showDeadLetter(notify.NewDeadLetter("orders", app, reason, body, time.Now()))
		if _, err := json.Marshal(d); err != nil {
			t.Error(err)
		}
	})
}

// TestTheExamplesOfOrderAreUnderstood reads what order promises to publish.
func TestTheExamplesOfOrderAreUnderstood(t *testing.T) {
	files, err := filepath.Glob("../../../order/contract/examples/*.json")
	if err != nil || len(files) < len(notify.Types()) {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	told := 0
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkEvent(body); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e, _ := event.Open(body)
		if !notify.Concerns(e.Type) {
			continue
		}
		told++
		heard, _ := openOrder(e)
		f := heard.Fields()
		if f.TraceParent == "" || f.At.IsZero() || len(f.Details.Items) == 0 || f.CustomerID == "" {
			t.Errorf("%s: %+v", name, f)
		}
		if _, err := letter.Write(heard, "zh", false, nil); err != nil {
			t.Error(err)
		}
	}
	if told != len(notify.Types()) {
		t.Errorf("%d of %d types have an example", told, len(notify.Types()))
	}
}
