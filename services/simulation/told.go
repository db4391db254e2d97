package simulation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"orderly/services/internal/ledger"
	notify "orderly/services/notify/wiring"
	order "orderly/services/order/wiring"
)

// lease is longer than it takes to send, at any process's clock.
const lease = 15 * time.Second

func (w *world) newNotify(name, replica string, store ledger.Store, now func() time.Time, log *slog.Logger) *notify.Notify {
	return notify.New(notify.Options{Store: store, Replica: replica, Binder: post{w, name}, Now: now, Log: log,
		Key:     func(context.Context) ([]byte, error) { return []byte("key"), nil },
		Publish: func(context.Context, string, []byte) error { return nil },
		Lease:   lease, Timeout: 5 * time.Second, Pauses: []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, time.Minute, time.Minute}})
}

// post is the mail binding of a process.
type post struct {
	w   *world
	who string
}

// mails is what the mail server accepted, by file name.
type mails struct {
	mu   sync.Mutex
	sent map[string]int
}

// Bind accepts a mail when the director says so.
func (p post) Bind(_ context.Context, _ string, _ []byte, meta map[string]string) error {
	word := p.w.stage.wait(p.who, "mail "+meta["fileName"])
	if word == done || word == lost {
		p.w.mails.mu.Lock()
		p.w.mails.sent[meta["fileName"]]++
		p.w.mails.mu.Unlock()
	}
	if word == done {
		return nil
	}
	return errors.New("simulation: the mail server does not answer")
}

// judgeNotifications wants one notification for each event that a customer is
// told of, and one line of the feed.
func (w *world) judgeNotifications(ctx context.Context, orders map[string]order.Order, say func(string, ...any)) {
	n := w.alive["notify"][0].notify
	for id, o := range orders {
		told, err := n.Notifications(ctx, id)
		if err != nil {
			say("notifications of %s: %v", id, err)
			continue
		}
		times := map[string]int{}
		for _, one := range told {
			times[one.EventID+" by "+one.Channel]++
			if one.Status != "sent" && one.Status != "suppressed" && one.Attempts < 6 {
				say("notification %s by %s is %s after %d attempts", one.EventID, one.Channel, one.Status, one.Attempts)
			}
		}
		for i, typ := range o.History {
			event := fmt.Sprintf("%s.%d by email", id, i+1)
			if want := typ != "order.attention.v1"; want != (times[event] == 1) {
				say("customer of %s was told of %s (%s) %d times", id, event, typ, times[event])
			}
		}
	}
	shown := map[string]int{}
	for after := int64(0); ; {
		lines, err := n.Feed(ctx, after, 100)
		if err != nil {
			say("feed: %v", err)
		}
		if len(lines) == 0 {
			break
		}
		for _, l := range lines {
			if l.Pos != after+1 {
				say("line %d of the feed follows %d", l.Pos, after)
			}
			after = l.Pos
			if shown[l.EventID]++; shown[l.EventID] == 2 {
				say("event %s is in the feed again", l.EventID)
			}
		}
	}
	for id, o := range orders {
		for i, typ := range o.History {
			if event := fmt.Sprintf("%s.%d", id, i+1); typ != "order.attention.v1" && shown[event] == 0 {
				say("event %s is not in the feed", event)
			}
		}
	}
}

// judgeLists wants every order in its customer's list.
func (w *world) judgeLists(ctx context.Context, orders map[string]order.Order, say func(string, ...any)) {
	listed := map[string]bool{}
	for i := range buyers {
		name := fmt.Sprintf("buyer%d", i)
		mine, err := w.alive["order"][0].order.List(ctx, name)
		if err != nil {
			say("orders of %s: %v", name, err)
		}
		for _, o := range mine {
			if o.Customer != name || listed[o.ID] {
				say("order %s of %s is in the list of %s, or twice", o.ID, o.Customer, name)
			}
			listed[o.ID] = true
		}
	}
	if len(listed) != len(orders) {
		say("%d orders are in customers' lists, %d in the list of all", len(listed), len(orders))
	}
}
