// Package api is the front door of order: HTTP in, HTTP out.
package api

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/batch"
	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

// API answers for the order service.
type API struct {
	Orders  *order.Service
	Placing *batch.Batcher[order.Placement, order.Placed] // gathers what is to be placed; lanes are customers
	Open    func() bool                                   // whether new orders are taken
	Frame   *serve.Frame
	Dead    func(ctx context.Context, body []byte, reason string) error // publishes to the dead letters
}

// Routes is the whole surface of order.
func (a *API) Routes() http.Handler {
	r := a.Frame.Router()
	h := a.Frame.Handle

	r.Group(func(r chi.Router) { // apps in any language, directly or through invocation
		r.Use(a.Frame.RateLimit, wire.Limit(wire.MaxBody), serve.Deadline(10*time.Second))
		r.With(a.whenOpen, a.Frame.WhenWritable).Post("/v1/orders", h(a.place))
		r.Get("/v1/orders", h(a.list))
		r.Post("/v1/orders/lookup", h(a.lookup))
		r.Get("/v1/orders/{id}", h(a.get))
		r.Delete("/v1/orders/{id}", h(a.cancel))
		r.Get("/v1/orders/{id}/events", h(a.events))
		r.Post("/v1/orders/{id}/payment", h(a.pay))
		r.Post("/v1/orders/{id}/shipment", h(a.ship))
		r.Post("/v1/orders/{id}/delivery", h(a.deliver))
	})
	r.Group(func(r chi.Router) {
		r.Use(a.Frame.RateLimit, a.whenOpen, a.Frame.WhenWritable, wire.Limit(wire.MaxBatchBody), serve.Deadline(time.Minute))
		r.Post("/v1/orders/batch", h(a.placeBatch))
	})

	r.Options("/expiry", func(http.ResponseWriter, *http.Request) {}) // the sidecar asks once whether its cron is wanted
	r.Group(func(r chi.Router) {                                      // the own sidecar
		r.Use(a.Frame.OwnSidecar, wire.Limit(wire.MaxBatchBody))
		r.Post("/events/stock", h(a.receiver().Bulk)) // only its verdict per entry counts
		r.Post("/expiry", a.Frame.Tick(a.sweep))      // every second; an error is only logged
	})
	return r
}

func (a *API) receiver() *event.Receiver {
	return &event.Receiver{
		Handle:     func(ctx context.Context, e event.Event) error { return Hear(ctx, a.Orders, e) },
		Problems:   Problems,
		DeadLetter: a.Dead,
		Observe:    a.Frame.Metrics.Event(map[string]bool{commitFailed: true, "stock.received.v1": true, "stock.adjusted.v1": true, "stock.low.v1": true, "stock.out.v1": true, "stock.back.v1": true}),
		Log:        a.Frame.Log,
	}
}
