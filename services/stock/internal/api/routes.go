// Package api is the front door of stock: HTTP in, HTTP out. What is decided,
// and why, is the core's business.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

// Options is what the door needs beside the core.
type Options struct {
	HoldTTL    func() time.Duration                                        // see Calls
	DeadLetter func(ctx context.Context, body []byte, reason string) error // keeps an event that cannot be handled
}

type api struct {
	Calls
	frame    *serve.Frame
	log      *slog.Logger
	outcomes *prometheus.CounterVec
	lapsed   *prometheus.CounterVec
	sweeping sync.Mutex
}

// Times that requests may take.
const (
	requestTime = 10 * time.Second
	batchTime   = 30 * time.Second
	importTime  = 5 * time.Minute
)

// Routes returns the whole surface of the service.
func Routes(f *serve.Frame, s *stock.Service, o Options) http.Handler {
	a := &api{frame: f, log: f.Log,
		outcomes: f.Metrics.Counter("stock_reservations_total", "Reservations by what became of a call or event for them.", "outcome"),
		lapsed:   f.Metrics.Counter("stock_holds_lapsed_total", "Holds whose time ran out.")}
	a.Calls = Calls{Stock: s, HoldTTL: o.HoldTTL, Outcome: a.outcome}
	r, h := f.Router(), f.Handle

	// Callers: people who keep the catalogue and the shelves; shops that look.
	r.Group(func(r chi.Router) {
		r.Use(f.RateLimit, wire.Limit(wire.MaxBody), serve.Deadline(requestTime))
		r.Post("/v1/products", h(a.createProduct))
		r.Get("/v1/products", h(a.listProducts))
		r.Get("/v1/products/{sku}", h(a.getProduct))
		r.Put("/v1/products/{sku}", h(a.replaceProduct))
		r.Delete("/v1/products/{sku}", h(a.removeProduct))
		r.Get("/v1/stock", h(a.levels))
		r.Get("/v1/stock/{sku}", h(a.level))
		r.Get("/v1/stock/{sku}/ledger", h(a.ledger))
		r.Post("/v1/stock/{sku}/receipts", h(a.receive))
		r.Post("/v1/stock/{sku}/adjustments", h(a.adjust))

		// Caller: the order service.
		r.Post("/v1/reservations", h(a.hold))
		r.Get("/v1/reservations/{orderId}", h(a.getReservation))
		r.Post("/v1/reservations/{orderId}/commit", h(a.commit))
		r.Delete("/v1/reservations/{orderId}", h(a.release))
	})
	r.With(f.RateLimit, wire.Limit(wire.MaxBatchBody), serve.Deadline(batchTime)).Post("/v1/reservations/batch", h(a.holdBatch))
	r.With(f.RateLimit, wire.Limit(wire.MaxBatchBody), serve.Deadline(importTime)).Post("/v1/products/import", h(a.importProducts))

	// Caller: the own sidecar, with events of topic orders and the ticks of binding holds.
	r.Group(func(r chi.Router) {
		r.Use(f.OwnSidecar, wire.Limit(wire.MaxBatchBody), serve.Deadline(batchTime))
		r.Post("/events/orders", h(a.receiver(o).Bulk))
		r.Post("/holds", a.frame.Tick(a.sweep))
		r.Options("/holds", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	})
	return r
}

func (a *api) receiver(o Options) *event.Receiver {
	known := map[string]bool{}
	for _, typ := range orderTypes {
		known[typ] = true
	}
	return &event.Receiver{Handle: a.Hear, Problems: a.frame.Problems, DeadLetter: o.DeadLetter,
		Observe: a.frame.Metrics.Event(known), Log: a.log}
}

// outcome counts and logs what became of a reservation.
func (a *api) outcome(ctx context.Context, orderID, outcome string) {
	a.outcomes.WithLabelValues(outcome).Inc()
	a.log.InfoContext(ctx, "reservation "+outcome, "order_id", orderID)
}
