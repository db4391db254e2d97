// Package wiring joins the rooms of stock over whatever stands in for a sidecar:
// Dapr's in main.go, none at all in a simulation of the whole system.
package wiring

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/internal/serve"
	"orderly/services/stock/internal/api"
	"orderly/services/stock/internal/dapr"
	"orderly/services/stock/internal/stock"
)

// Options is what stock stands on.
type Options struct {
	Store   ledger.Store
	Replica string
	Publish func(ctx context.Context, topic string, events []event.Event) error
	Invoke  func(ctx context.Context, verb, app, path string, body []byte) ([]byte, error)
	Now     func() time.Time
	Log     *slog.Logger

	Settings func() Settings // as they are now
}

// Settings may change while stock works.
type Settings struct {
	HoldTTL time.Duration // of a reservation that does not say
	LowAt   int64         // where products are low that do not say; 0 is nowhere
	Limits  ledger.Limits
}

// Derived is what follows from the commits of the ledger, for who rebuilds it.
var Derived = ledger.Derived{Group: dapr.Group, Codec: dapr.Codec{}}

// Stock is the rooms, joined.
type Stock struct {
	Book *ledger.Book // to be run beside, and drained at the end

	core  *stock.Service
	calls api.Calls
}

// New joins the rooms; nothing is read or written before the first use.
func New(o Options) *Stock {
	limits := func() ledger.Limits { return o.Settings().Limits }
	book := ledger.Open(ledger.Options{Store: o.Store, Codec: dapr.Codec{}, Group: dapr.Group, Replica: o.Replica, Publish: o.Publish, Keep: dapr.Keep,
		Now: o.Now, Log: o.Log, Limits: limits})
	store := dapr.NewStore(book, func() int { return atOnce(limits().Normal()) }, func() int64 { return o.Settings().LowAt })
	core := stock.NewService(store, dapr.NewOrders(o.Invoke), o.Now)
	return &Stock{Book: book, core: core, calls: api.Calls{Stock: core, HoldTTL: func() time.Duration { return o.Settings().HoldTTL },
		Outcome: func(context.Context, string, string) {}}}
}

// atOnce is how many decisions find room whenever nobody else waits.
func atOnce(l ledger.Limits) int { return min(l.Changes, l.Waiting) }

// Routes returns the whole surface of the service. deadLetter keeps an event
// that cannot be handled.
func (s *Stock) Routes(f *serve.Frame, deadLetter func(ctx context.Context, body []byte, reason string) error) http.Handler {
	return api.Routes(f, s.core, api.Options{HoldTTL: s.calls.HoldTTL, DeadLetter: deadLetter})
}
