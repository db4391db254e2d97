package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/notify"
)

// orderData is what notify reads of an order event's data; the rest is others'.
type orderData struct {
	OrderID    string    `json:"orderId"`
	CustomerID string    `json:"customerId"`
	Status     string    `json:"status"`
	At         time.Time `json:"at"`
	notify.Details
}

// OnOrders handles order events that came together.
func (a *API) OnOrders(all []*event.Heard) {
	good, of := make([]notify.Heard, 0, len(all)), make([]*event.Heard, 0, len(all))
	var passed []notify.Passed
	var by []*event.Heard
	for _, h := range all {
		if h.Err = event.KnownVersion(h.Event.Type, notify.Concerns); h.Err != nil {
			continue
		}
		if !notify.Concerns(h.Event.Type) {
			if p, ok := openPassed(h); ok {
				passed, by = append(passed, p), append(by, h)
			}
			continue
		}
		e, err := openOrder(h.Event)
		if err != nil {
			h.Err = err
			continue
		}
		good, of = append(good, notify.Heard{Ctx: h.Ctx, Event: e}), append(of, h)
	}
	if len(passed) > 0 {
		for i, err := range a.Notify.Pass(passed[0].Ctx, passed) {
			by[i].Err = err
		}
	}
	if len(good) == 0 {
		return
	}
	for i, err := range a.Notify.HearAll(good[0].Ctx, good) {
		of[i].Err = err
	}
}

// openPassed reads an event of an order that customers are not told of: it counts in
// the order of those that they are.
func openPassed(h *event.Heard) (notify.Passed, bool) {
	var d orderData
	if !strings.HasPrefix(h.Event.Type, "order.") || h.Event.Sequence < 1 || json.Unmarshal(h.Event.Data, &d) != nil || !wire.ID(d.OrderID) {
		return notify.Passed{}, false // it is none of notify's business
	}
	return notify.Passed{Ctx: h.Ctx, OrderID: d.OrderID, Sequence: int64(h.Event.Sequence)}, true
}

// openOrder reads an order event; its error is a final problem that says what
// is wrong with the data.
func openOrder(e event.Event) (notify.Event, error) {
	var d orderData
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return notify.Event{}, problem.New(http.StatusBadRequest, "malformed-event", "data: %s.", err)
	}
	if d.At.IsZero() {
		d.At = e.Time
	}
	out, err := notify.NewEvent(notify.EventFields{
		Source: e.Source, ID: e.ID, Type: e.Type, Sequence: int64(e.Sequence), TraceParent: e.TraceParent, Baggage: e.Baggage,
		OrderID: d.OrderID, CustomerID: d.CustomerID, Status: d.Status, At: d.At, Details: d.Details,
	})
	if bad, ok := errors.AsType[notify.Faults](err); ok {
		p := problem.New(http.StatusBadRequest, "malformed-event", "The event's data is not as agreed.")
		p.Fields = fields(bad)
		return out, p
	}
	return out, err
}
