package dapr

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

// What waits for a webhook's receiver is found by itself, and so is what waits for the mail server, even of one event.
func TestMailsAndWebhooksWaitInQueuesOfTheirOwn(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.service(w.store) // nobody sends
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { w.store.book.Run(ctx); close(ended) }()
		defer func() { stop(); <-ended }()
		for order, channels := range map[string][]notify.Channel{
			"both": {notify.Email, notify.Webhook}, "hook": {notify.Webhook}, "mail": {notify.Email},
		} {
			w.contact(s, channels...)
			w.hear(s, eventOf(t, order, 1, "paid"))
		}
		time.Sleep(time.Minute) // the leases are over
		due := func(q notify.Queue) (orders []string) {
			keys, err := w.store.Due(ctx, q, time.Now(), 10)
			if err != nil {
				t.Error(err)
			}
			for _, k := range keys {
				orders = append(orders, k.OrderID)
			}
			return orders
		}
		for q, want := range map[notify.Queue][]string{notify.Mails: {"both", "mail"}, notify.Webhooks: {"both", "hook"}} {
			if got := due(q); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
				t.Errorf("queue %d has %v, not %v", q, got, want)
			}
		}
	})
}

// asked remembers which queues were asked for, and lets everybody send before the next is.
type asked struct {
	notify.Store
	queues []notify.Queue
}

func (a *asked) Due(ctx context.Context, q notify.Queue, now time.Time, limit int) ([]notify.ToldKey, error) {
	a.queues = append(a.queues, q)
	return a.Store.Due(ctx, q, now, limit)
}

func (a *asked) Later(q notify.Queue, keys []notify.ToldKey, until time.Time) {
	a.Store.Later(q, keys, until)
	time.Sleep(time.Millisecond)
}

// Mails that are sent as fast as they are read do not hold up the webhooks.
func TestQueuesAreTakenInTurns(t *testing.T) {
	inWorld(t, func(w *world) {
		silent := w.service(w.store)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{}, 2)
		go func() { w.store.book.Run(ctx); ended <- struct{}{} }()
		w.contact(silent, notify.Webhook)
		w.hear(silent, eventOf(t, "hook", 1, "paid"))
		w.contact(silent, notify.Email)
		for i := range 1000 {
			w.hear(silent, eventOf(t, fmt.Sprint("mail", i), 1, "paid"))
		}
		time.Sleep(time.Minute) // the leases are over
		store := &asked{Store: w.store}
		s := notify.NewService(store, map[notify.Channel]notify.Outlet{
			notify.Email: {Sender: w.mail, SideBySide: 4}, notify.Webhook: {Sender: w.hook, SideBySide: 4},
		}, w.rules, time.Now, func(context.Context, notify.Notification, error) {})
		go func() { s.Run(ctx); ended <- struct{}{} }()
		if err := s.Retry(ctx); err != nil {
			t.Error(err)
		}
		stop()
		<-ended
		<-ended
		if len(store.queues) < 4 || !slices.Equal(store.queues[:2], notify.Queues) {
			t.Errorf("asked for %v", store.queues)
		}
	})
}

func TestOfWhatWaitsThereIsOneReminder(t *testing.T) {
	now := time.Now()
	told := func(mail, hook time.Duration) notify.Told {
		notice := func(ch notify.Channel, due time.Duration) notify.Notice {
			return notify.Notice{Channel: ch, Status: notify.Pending, Due: now.Add(due)}
		}
		all := []notify.Notice{notice(notify.Email, mail), notice(notify.Webhook, hook)}
		is, err := notify.RestoreTold(notify.ToldFields{Event: eventOf(t, "o1", 1, "paid").Fields(), Notices: all})
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	for name, c := range map[string]struct {
		was, is notify.Told
		want    []time.Duration
	}{
		"new":                       {notify.Told{}, told(1, 2), []time.Duration{1, 2}},
		"new, at the same time":     {notify.Told{}, told(1, 1), []time.Duration{1}},
		"new, and due":              {notify.Told{}, told(-1, -1), []time.Duration{-1}},
		"a mail, the webhook waits": {told(-3, -5), told(9, -5), []time.Duration{9}},
		"a webhook, the mail later": {told(7, -5), told(7, 9), []time.Duration{7, 9}},
		"a webhook, a mail is due":  {told(-3, -5), told(-3, 9), []time.Duration{-3, 9}}, // versions before had none of it
	} {
		var got []time.Duration
		for _, at := range reminders(c.was, c.is, now) {
			got = append(got, at.Sub(now))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}
