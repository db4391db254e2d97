// Package api is the front door of notify: HTTP in, HTTP out.
package api

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/egress"
	"orderly/services/notify/internal/notify"
)

// API answers for the notify service.
type API struct {
	Frame   *serve.Frame
	Notify  *notify.Service
	Letters notify.DeadLetters
	Feed    notify.Feed
	Dead    func(ctx context.Context, body []byte, reason string) error // publishes to the dead letters
	Key     func(context.Context) ([]byte, error)                       // of egress tickets
	Egress  *egress.Sender
	Now     func() time.Time

	DeadLetters *prometheus.CounterVec // by topic
}

// maxDelivery is the largest delivery of events in bytes: a hundred messages of
// what the broker takes, a third longer in base64. To refuse one would bring it
// again for ever.
const maxDelivery = 1 << 30

// Routes is the whole surface of notify.
func (a *API) Routes() http.Handler {
	a.Frame.Untraced = "/egress/" // a ticket is a customer's address
	r := a.Frame.Router()
	h := a.Frame.Handle

	r.Group(func(r chi.Router) { // apps and operators, directly or through invocation
		r.Use(a.Frame.RateLimit, wire.Limit(wire.MaxBody), serve.Deadline(10*time.Second))
		r.Get("/v1/notifications", h(a.notifications))
		r.Get("/v1/customers/{id}/contact", h(a.contact))
		r.Put("/v1/customers/{id}/contact", h(a.setContact))
		r.Get("/v1/deadletters", h(a.deadLetters))
		r.Post("/v1/deadletters/{id}/replay", h(a.replay))
		r.Delete("/v1/deadletters/{id}", h(a.discard))
	})
	r.With(a.Frame.RateLimit).Get("/v1/feed", h(a.feed)) // no deadline: it ends when either side leaves

	r.With(wire.Limit(wire.MaxBody)).Post("/egress/{ticket}", h(a.egress)) // the sidecar's webhook binding; the ticket is the key

	r.Options("/retries", func(http.ResponseWriter, *http.Request) {}) // the sidecar asks once whether its cron is wanted
	r.Group(func(r chi.Router) {                                       // the own sidecar
		r.Use(a.Frame.OwnSidecar, wire.Limit(maxDelivery))
		r.Post("/events/orders", h(a.receiver().Bulk)) // only its verdict per entry counts
		r.Post("/deadletters/orders", h(a.keep("orders")))
		r.Post("/deadletters/stock", h(a.keep("stock")))
		r.Post("/retries", a.Frame.Tick(a.retries)) // every second; an error is only logged
	})
	return r
}

func (a *API) receiver() *event.Receiver {
	return &event.Receiver{
		HandleAll:  a.OnOrders,
		Problems:   Problems,
		DeadLetter: a.Dead,
		Observe:    a.Frame.Metrics.Event(notify.Types()),
		Log:        a.Frame.Log,
	}
}

func (a *API) retries(_ http.ResponseWriter, r *http.Request) error {
	return a.Notify.Retry(r.Context())
}
