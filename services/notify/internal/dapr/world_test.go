package dapr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// world is one notify, or several on one store, in a bubble of fake time.
type world struct {
	t     *testing.T
	state *fakestore.Store
	store *Store
	mail  *outbox
	hook  *outbox

	mu   sync.Mutex
	off  []notify.Channel      // switched off
	seen []notify.Notification // what was observed
}

// outbox is a Sender that remembers; fail, when set, is asked first.
type outbox struct {
	mu   sync.Mutex
	sent []notify.Message
	at   []time.Time
	fail func(n int) error // n is the number of this attempt, from 1
	n    int
}

func (o *outbox) Send(_ context.Context, m notify.Message) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n++
	o.at = append(o.at, time.Now())
	if o.fail != nil {
		if err := o.fail(o.n); err != nil {
			return "", err
		}
	}
	o.sent = append(o.sent, m)
	return "reference of " + m.ID, nil
}

func (o *outbox) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.sent)
}

var errDown = &notify.Failure{Public: "the mail server did not accept the message", Err: errors.New("550 alice@example.com")}

// inWorld runs a story in fake time.
func inWorld(t *testing.T, story func(w *world)) {
	synctest.Test(t, func(t *testing.T) {
		state := &fakestore.Store{}
		w := &world{t: t, state: state, mail: &outbox{}, hook: &outbox{}}
		w.store = w.replica("a")
		story(w)
	})
}

// replica is the store as one more process sees it.
func (w *world) replica(name string) *Store {
	return NewStore(ledger.Open(ledger.Options{Store: w.state, Codec: Codec{}, Marks: Marks, Replica: name, Keep: Keep,
		Now: time.Now, Log: slog.New(slog.DiscardHandler)}))
}

// start runs a replica until the story stops it, with its tick every second.
func (w *world) start(store *Store) (s *notify.Service, stop func()) {
	s = w.service(store)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(ctx) })
	wg.Go(func() { store.book.Run(ctx) })
	wg.Go(func() {
		for ctx.Err() == nil {
			time.Sleep(time.Second)
			_ = s.Retry(ctx)
		}
	})
	return s, func() { cancel(); wg.Wait() }
}

func (w *world) service(store *Store) *notify.Service {
	return notify.NewService(store, map[notify.Channel]notify.Outlet{
		notify.Email: {Sender: w.mail, SideBySide: 1}, notify.Webhook: {Sender: w.hook, SideBySide: 4},
	}, w.rules, time.Now, func(_ context.Context, n notify.Notification, _ error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen = append(w.seen, n)
	})
}

func (w *world) rules() notify.Rules {
	w.mu.Lock()
	defer w.mu.Unlock()
	return notify.Rules{Off: w.off, Lease: 30 * time.Second, Timeout: 5 * time.Second, Wait: 30 * time.Second, Reach: notify.Reach{Private: true},
		Pauses: []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}}
}

func (w *world) switchOff(off ...notify.Channel) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off = off
}

func (w *world) contact(s *notify.Service, channels ...notify.Channel) {
	w.t.Helper()
	_, err := s.SetContact(context.Background(), notify.ContactFields{CustomerID: "alice", Email: "alice@example.com",
		Phone: "+14155550100", WebhookURL: "http://127.0.0.1:9/hook", Channels: append([]notify.Channel{}, channels...)})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) hear(s *notify.Service, e notify.Event) {
	w.t.Helper()
	if err := s.Hear(context.Background(), e); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) list(s *notify.Service, f notify.Filter) []notify.Notification {
	w.t.Helper()
	out, _, err := s.Notifications(context.Background(), f, "", 200)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// eventOf is the event number n of an order.
func eventOf(t *testing.T, order string, n int64, status string) notify.Event {
	t.Helper()
	e, err := notify.NewEvent(notify.EventFields{Source: "/orders", ID: fmt.Sprintf("%s.%d", order, n),
		Type: "order." + status + ".v1", Sequence: n, OrderID: order, CustomerID: "alice", Status: status,
		TraceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", At: time.Now(),
		Details: notify.Details{Items: []notify.Item{{SKU: "tea", Quantity: 2}}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
