package wiring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/settings"
)

// post is a Binder that remembers what left, and refuses the first letters.
type post struct {
	mu      sync.Mutex
	refused int
	names   []string
}

func (p *post) Bind(_ context.Context, binding string, _ []byte, meta map[string]string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused--; p.refused >= 0 {
		return errors.New("not now")
	}
	p.names = append(p.names, binding+" "+meta["emailTo"])
	return nil
}

func anEvent(t *testing.T, order string, n int64) event.Event {
	t.Helper()
	data, err := json.Marshal(map[string]string{"orderId": order, "customerId": "alice", "status": "paid"})
	if err != nil {
		t.Fatal(err)
	}
	return event.Event{SpecVersion: "1.0", ID: fmt.Sprintf("%s.%d", order, n), Source: "/orders", Type: "order.paid.v1",
		Subject: order, Sequence: event.Sequence(n), Time: time.Now(), Data: data}
}

func TestTheRoomsAreJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		out := &post{refused: 1}
		n := New(Options{Store: &fakestore.Store{}, Replica: "a", Binder: out, Now: time.Now, Log: slog.New(slog.DiscardHandler),
			Settings: settings.Fixed(Settings{Lease: 15 * time.Second, Timeout: 5 * time.Second, Pauses: []time.Duration{time.Second}})})
		var jobs sync.WaitGroup
		for _, job := range []func(context.Context){n.Run, n.Show, n.Book.Run} {
			jobs.Go(func() { job(ctx) })
		}
		synctest.Wait()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(n.SetContact(ctx, "alice", "alice@example.com"))
		must(n.Hear(ctx, anEvent(t, "o", 2)))
		must(n.Hear(ctx, anEvent(t, "o", 1)))
		must(n.Hear(ctx, anEvent(t, "o", 1)))
		if err := n.Hear(ctx, event.Event{Type: "order.paid.v1", Data: json.RawMessage(`{}`)}); err == nil {
			t.Error("heard what is no event")
		}
		time.Sleep(3 * time.Second)
		must(n.Retry(ctx))
		synctest.Wait()
		told, err := n.Notifications(ctx, "o")
		must(err)
		slices.SortFunc(told, func(a, b Notification) int { return a.Attempts - b.Attempts })
		if len(told) != 2 || told[0].Status != "sent" || told[1].Status != "sent" || told[0].Attempts != 1 || told[1].Attempts != 2 || told[0].Channel != "email" {
			t.Errorf("%+v", told)
		}
		if !slices.Equal(out.names, []string{"mail alice@example.com", "mail alice@example.com"}) {
			t.Errorf("%q", out.names)
		}
		lines, err := n.Feed(ctx, 0, 10)
		must(err)
		if len(lines) != 2 || lines[0].Pos != 1 || lines[0].EventID != "o.2" || lines[0].Late || !lines[1].Late || lines[1].CustomerID != "alice" {
			t.Errorf("%+v", lines)
		}
		cancel()
		jobs.Wait()
		must(n.Book.Drain(context.Background()))
	})
}
