package dapr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Each wish to replay is published once, with who and what, also when the replay itself fails; nothing else is.
func TestAReplayIsPublished(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var said []string
		book := ledger.Open(ledger.Options{Store: w.state, Codec: Codec{}, Marks: Marks, Replica: "a", Keep: Keep, Now: time.Now,
			Log: slog.New(slog.DiscardHandler), Publish: func(_ context.Context, topic string, events []event.Event) error {
				for _, e := range events {
					var data replayedData
					if err := json.Unmarshal(e.Data, &data); err != nil || data.At.IsZero() {
						t.Errorf("%s: %v", e.Data, err)
					}
					said = append(said, fmt.Sprint(topic, " ", e.Type, " ", e.Sequence, " ", data.Topic, " ", data.Event, " ", data.By, " ", data.Changed))
				}
				return nil
			}})
		go book.Run(ctx)
		var refused error
		d := notify.DeadLetters{Store: NewStore(book), Now: time.Now,
			Publisher: Publisher(func(context.Context, string, []byte) error { return refused })}
		body := []byte(`{"id":"o.1","source":"/orders","type":"order.paid.v1","subject":"o","data":{"orderId":"o","n":1}}`)
		if err := d.Keep(ctx, "orders", "stock", "poison", body); err != nil {
			t.Fatal(err)
		}
		id := notify.NewDeadLetter("orders", "", "", body, time.Now()).Fields().ID
		replay := func(by, edited, want string) {
			_, err := d.Replay(ctx, id, by, []byte(edited))
			if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %v, want %q", by, err, want)
			}
			time.Sleep(time.Second)
		}
		replay("ann", string(body), "")
		replay("bob", `{"id":"o.2","source":"/orders","type":"order.paid.v1","subject":"o"}`, "as it came")
		refused = errors.New("the broker is away")
		replay("cy", `{"id":"o.1","source":"/orders","type":"order.paid.v1","subject":"o","data":{"orderId":"o","n":2}}`, "is away")
		if err := d.Keep(ctx, "orders", "stock", "poison", body); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Discard(ctx, id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		want := []string{
			"deadletters deadletter.replayed.v1 1 orders {o.1 /orders order.paid.v1 o} ann []",
			"deadletters deadletter.replayed.v1 2 orders {o.1 /orders order.paid.v1 o} cy [data.n]",
		}
		if !slices.Equal(said, want) {
			t.Errorf("published were %q", said)
		}
	})
}
