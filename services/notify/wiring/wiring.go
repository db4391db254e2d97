// Package wiring joins the rooms of notify over whatever stands in for a
// sidecar: Dapr's in main.go, none at all in a simulation of the whole system.
package wiring

import (
	"context"
	"log/slog"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/api"
	"orderly/services/notify/internal/dapr"
	"orderly/services/notify/internal/egress"
	"orderly/services/notify/internal/notify"
)

// Names of what notify needs of its sidecar.
const (
	StateStore = dapr.StateStore
	PubSub     = dapr.PubSub
	MailOut    = dapr.MailOut
	WebhookOut = dapr.WebhookOut
	Secrets    = dapr.Secrets
	SigningKey = dapr.SigningKey
)

// Binder is the output bindings, which messages leave by.
type Binder = dapr.Binder

// Reach is where webhooks may go.
type Reach = notify.Reach

// FeedLimits are how many may watch the feed at a time.
type FeedLimits = notify.FeedLimits

// Options are what notify is made of.
type Options struct {
	Store   ledger.Store
	Replica string // names this process among those that share the store
	Binder  Binder
	Key     func(context.Context) ([]byte, error)                      // that webhooks are signed with
	Replay  func(ctx context.Context, topic string, body []byte) error // publishes a dead letter again
	Publish func(ctx context.Context, topic string, events []event.Event) error
	Observe func(ctx context.Context, n notify.Notification, cause error) // told of each notification; may be nil
	Now     func() time.Time
	Log     *slog.Logger

	Reach          notify.Reach // where webhooks may go
	MailAlone      func() bool  // mails have to be sent one at a time; may be nil
	MailSenders    int          // mails sent at once
	WebhookSenders int          // webhooks sent at once

	Settings func() Settings // as they are now
}

// Settings may change while notify works.
type Settings struct {
	Off     []notify.Channel // not to be used now
	Lease   time.Duration    // how long a sending may take before another may try
	Timeout time.Duration    // of one attempt
	Pauses  []time.Duration  // between attempts
	Wait    time.Duration    // how long a message waits for those of events before
	Limits  ledger.Limits
	Feeds   FeedLimits
}

// Derived is what follows from the commits of the ledger, for who rebuilds it.
var Derived = ledger.Derived{Group: dapr.Group, Codec: dapr.Codec{}, Marks: dapr.Marks}

// Notify is the rooms of notify, joined. Book.Run and Book.Drain keep its house.
type Notify struct {
	Book    *ledger.Book
	service *notify.Service
	feed    *dapr.Feed
	door    api.API
}

// New joins the rooms; nothing is read before the first use.
func New(o Options) *Notify {
	if o.Observe == nil {
		o.Observe = func(context.Context, notify.Notification, error) {}
	}
	book := ledger.Open(ledger.Options{
		Store: o.Store, Codec: dapr.Codec{}, Group: dapr.Group, Marks: dapr.Marks, Replica: o.Replica, Keep: dapr.Keep,
		Publish: o.Publish, Now: o.Now, Log: o.Log,
		Limits: func() ledger.Limits { return o.Settings().Limits },
	})
	store := dapr.NewStore(book)
	outlets := map[notify.Channel]notify.Outlet{
		notify.Email:   {Sender: dapr.Mail{Binder: o.Binder}, SideBySide: max(o.MailSenders, 1), Alone: o.MailAlone},
		notify.Webhook: {Sender: dapr.Webhook{Binder: o.Binder, Key: o.Key, Now: o.Now}, SideBySide: max(o.WebhookSenders, 1)},
	}
	rules := func() notify.Rules {
		s := o.Settings()
		return notify.Rules{Off: s.Off, Lease: s.Lease, Timeout: s.Timeout, Pauses: s.Pauses, Wait: s.Wait, Reach: o.Reach}
	}
	n := &Notify{Book: book, service: notify.NewService(store, outlets, rules, o.Now, o.Observe), feed: dapr.NewFeed(book, o.Log, func() notify.FeedLimits { return o.Settings().Feeds })}
	n.door = api.API{Notify: n.service, Feed: n.feed, Key: o.Key, Now: o.Now, Egress: egress.NewSender(o.Reach),
		Letters: notify.DeadLetters{Store: store, Publisher: dapr.Publisher(o.Replay), Now: o.Now}}
	return n
}

// Door returns the front door; its other fields are the caller's to fill.
func (n *Notify) Door() *api.API {
	door := n.door
	return &door
}

// Run sends until ctx ends, and for a moment longer what was already taken.
func (n *Notify) Run(ctx context.Context) { n.service.Run(ctx) }

// Show keeps the feed live until ctx ends.
func (n *Notify) Show(ctx context.Context) { n.feed.Run(ctx) }
