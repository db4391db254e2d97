package dapr

import (
	"context"
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
