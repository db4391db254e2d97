// Package wiring joins the rooms of order over whatever stands in for a sidecar:
// Dapr's in main.go, none at all in a simulation of the whole system.
package wiring

import (
	"context"
	"log/slog"
	"time"

	"orderly/services/internal/batch"
	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/order/internal/api"
	"orderly/services/order/internal/dapr"
	"orderly/services/order/internal/order"
)

// Names of what order needs of its sidecar.
const (
	StateStore = dapr.StateStore
	PubSub     = dapr.PubSub
)

// One batch of orders is on its way at a time, as the cost of an order is that of
// its batch divided by its size; a second one when many wait, as they do when
// stock is slow.
const (
	placers = 2
	crowd   = 192
)

// Options are what order is made of.
type Options struct {
	Store   ledger.Store
	Replica string // names this process among those that share the store
	Publish func(ctx context.Context, topic string, events []event.Event) error
	Invoke  func(ctx context.Context, verb, app, path string, body []byte) ([]byte, error)
	Now     func() time.Time
	NewID   func() string // never the same twice
	Log     *slog.Logger
	Count   func(event string) // told the type of every event kept; may be nil

	Settings func() Settings // as they are now
}

// Settings may change while order works. Zero limits are the defaults.
type Settings struct {
	Closed       bool          // no new orders are taken
	PaymentTTL   time.Duration // an unpaid order expires after it
	HoldTTL      time.Duration // a hold whose order was never kept ends after it; stock prolongs that of an open one
	StockTimeout time.Duration // then an order is kept as pending

	Batch     int // most orders placed at once, and most changes of one write
	Waiting   int // most orders, and most changes, that wait
	Published int // most events of one publish
}

func (s Settings) ledger() ledger.Limits {
	return ledger.Limits{Changes: s.Batch, Waiting: s.Waiting, Published: s.Published}
}

func (s Settings) placing() batch.Limits { return batch.Limits{Batch: s.Batch, Waiting: s.Waiting} }

// Derived is what follows from the commits of the ledger, for who rebuilds it.
var Derived = ledger.Derived{Group: dapr.Group, Codec: dapr.Codec{}, Marks: dapr.Marks}

// Rooms are the rooms of order, joined. Book.Run and Book.Drain keep its house.
type Rooms struct {
	Book     *ledger.Book
	orders   *order.Service
	placing  *batch.Batcher[order.Placement, order.Placed]
	settings func() Settings
}

// New joins the rooms; nothing is read before the first use.
func New(o Options) *Rooms {
	now := o.Settings
	book := ledger.Open(ledger.Options{
		Store: o.Store, Codec: dapr.Codec{}, Group: dapr.Group, Marks: dapr.Marks, Replica: o.Replica, Publish: o.Publish, Now: o.Now, Log: o.Log,
		Limits: func() ledger.Limits { return now().ledger() },
	})
	if o.Count == nil {
		o.Count = func(string) {}
	}
	orders := &order.Service{
		Store: dapr.NewStore(book, o.Log, o.Count),
		Stock: &dapr.Stock{Invoke: o.Invoke,
			Timeout: func() time.Duration { return now().StockTimeout }, HoldTTL: func() time.Duration { return now().HoldTTL }, Now: o.Now},
		Now: o.Now, NewID: o.NewID, PaymentTTL: func() time.Duration { return now().PaymentTTL },
	}
	limits := func() batch.Limits { return now().placing() }
	return &Rooms{Book: book, orders: orders, settings: now,
		placing: batch.New(batch.Options{Limits: limits, Workers: placers, Crowd: crowd}, orders.PlaceAll)}
}

// Waiting returns how many orders wait to be placed, and changes to be kept.
func (r *Rooms) Waiting() int { return r.placing.Waiting() + r.Book.Waiting() }

// Door returns the front door; its other fields are the caller's to fill.
func (r *Rooms) Door() *api.API {
	return &api.API{Orders: r.orders, Placing: r.placing, Open: func() bool { return !r.settings().Closed }}
}
