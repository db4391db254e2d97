package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
)

type texts struct{}

func (texts) Decode(_ string, body []byte) (any, error) { return string(body), nil }
func (texts) Encode(_ string, v any) ([]byte, error)    { return []byte(v.(string)), nil }

// BenchmarkPage keeps 256 new documents, each with a line in a list of its own
// and an event, in one page.
func BenchmarkPage(b *testing.B) {
	book := ledger.Open(ledger.Options{Store: &fakestore.Store{}, Codec: texts{}, Replica: "a", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Publish: func(context.Context, string, []event.Event) error { return nil }})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { book.Run(ctx); close(done) }()
	body, err := json.Marshal(map[string]string{"text": strings.Repeat("x", 600)})
	if err != nil {
		b.Fatal(err)
	}
	at, n := time.Now(), 0
	for b.Loop() {
		changes := make([]ledger.Change, 256)
		for i := range changes {
			n++
			key := fmt.Sprintf("order:%d", n)
			e := event.Event{ID: key + ".1", Subject: key, Sequence: 1, Time: at, Data: body}
			changes[i] = ledger.Change{Fresh: []string{key}, Decide: func(t *ledger.Txn) error {
				t.Put(key, string(body))
				t.Append(fmt.Sprintf("customer:%d", n%10_000), ledger.Entry{ID: key, At: at})
				t.Publish("orders", e)
				t.Remind(at.Add(15*time.Minute), key)
				return nil
			}}
		}
		for _, err := range book.ChangeAll(ctx, changes) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	cancel()
	<-done
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "us/change")
}
