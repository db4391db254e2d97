package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/telemetry"
	"orderly/services/stock/internal/stock"
)

// Calls are the parts of the door that need no HTTP: what comes in as bytes.
type Calls struct {
	Stock   *stock.Service
	HoldTTL func() time.Duration                               // of a reservation that does not say
	Outcome func(ctx context.Context, orderID, outcome string) // is told what became of each reservation
}

// Results is the answer to a batch. Version is for who said newSince of any: an
// order id that is made up after it was received is newSince that.
type Results struct {
	Results []Result `json:"results"`
	Version int64    `json:"version,omitempty"`
}

// Result is what the single call would have answered.
type Result struct {
	Status      int           `json:"status"`
	Reservation *reservation  `json:"reservation,omitempty"`
	Problem     *problem.Told `json:"problem,omitempty"`
}

// Reserve reserves for many orders. Each is read, checked and decided on its
// own: one that is wrong is a result like any other. instance is the path that
// problems name.
func (c Calls) Reserve(ctx context.Context, instance string, body []byte) (Results, error) {
	asks, err := c.readBatch(body)
	if err != nil {
		return Results{}, err
	}
	results := make([]Result, len(asks))
	out := Results{Results: results}
	var good []stock.Ask
	var places []int
	versed := false
	for i, a := range asks {
		if a.err != nil {
			results[i] = failed(ctx, instance, a.err)
			continue
		}
		good, places, versed = append(good, a.ask), append(places, i), versed || a.versed
	}
	for i, got := range c.Stock.HoldAll(ctx, good) {
		c.note(ctx, asks[places[i]].orderID, got)
		results[places[i]] = resultOf(ctx, instance, got)
	}
	if versed {
		out.Version = c.Stock.Version()
	}
	return out, nil
}

func resultOf(ctx context.Context, instance string, h stock.Holding) Result {
	if h.Err != nil {
		return failed(ctx, instance, h.Err)
	}
	got := reservationOf(h.Reservation)
	if h.Replayed {
		return Result{Status: http.StatusOK, Reservation: &got}
	}
	return Result{Status: http.StatusCreated, Reservation: &got}
}

func failed(ctx context.Context, instance string, err error) Result {
	p := problem.Table(Problems).Of(err)
	return Result{Status: p.Status, Problem: &problem.Told{Problem: p, Instance: instance, TraceID: telemetry.TraceID(ctx), At: time.Now()}}
}

// note tells the outcome of an ask.
func (c Calls) note(ctx context.Context, orderID string, h stock.Holding) {
	outcome := "held"
	switch {
	case h.Err != nil:
		outcome = "refused"
		if _, short := errors.AsType[*stock.OutOfStock](h.Err); short {
			outcome = "out-of-stock"
		} else if !problem.Table(Problems).Of(h.Err).Final() {
			outcome = "failed"
		}
	case h.Replayed:
		outcome = "replayed"
	}
	c.Outcome(ctx, orderID, outcome)
}
