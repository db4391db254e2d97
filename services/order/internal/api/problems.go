package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

// Problems is the one table of what order's errors mean to a caller.
func Problems(err error) *problem.Problem {
	if short, ok := errors.AsType[*order.OutOfStock](err); ok {
		return problem.New(http.StatusConflict, "out-of-stock", "Order less of the products in shortages, or try again when they are back; this order is kept as rejected.").
			With("shortages", short.Shortages).With("orderId", short.OrderID)
	}
	if no, ok := errors.AsType[*order.Refused](err); ok {
		p := problem.New(http.StatusUnprocessableEntity, no.Code, "%s", no.Detail)
		if len(no.SKUs) > 0 {
			p = p.With("skus", no.SKUs)
		}
		return p
	}
	if bad, ok := errors.AsType[*order.IllegalTransition](err); ok {
		return problem.New(http.StatusConflict, "illegal-transition", "An order that is %s cannot become %s.", bad.From, bad.To).
			With("from", bad.From).With("to", bad.To)
	}
	if bad, ok := errors.AsType[*order.Invalid](err); ok {
		return wire.Invalid(problem.Field{Field: bad.Field, Rule: bad.Rule, Message: bad.Message})
	}
	if errors.Is(err, order.ErrCursor) {
		return wire.BadCursor()
	}
	for _, row := range table {
		if errors.Is(err, row.err) {
			return row.problem
		}
	}
	return nil
}

// late is the problem of a caller whose time is over while his request waits or
// is worked on: nobody knows yet what becomes of it.
var late = problem.New(http.StatusServiceUnavailable, "busy", "The answer did not come in time; the same request again is safe with an Idempotency-Key.").
	After(time.Second)

var table = []struct {
	err     error
	problem *problem.Problem
}{
	{order.ErrNotFound, problem.New(http.StatusNotFound, "not-found", "There is no order with this id.")},
	{order.ErrKeyReused, problem.New(http.StatusUnprocessableEntity, "idempotency-key-reused", "This Idempotency-Key was used with another body: use a new key for a new order.")},
	{order.ErrAmountMismatch, problem.New(http.StatusConflict, "amount-mismatch", "Pay exactly the order's total, in its currency.")},
	{order.ErrOverflow, problem.New(http.StatusUnprocessableEntity, "amount-overflow", "Quantity times price is more than an amount can be: order less.")},
	{order.ErrMixedCurrencies, problem.New(http.StatusUnprocessableEntity, "mixed-currencies", "All products of an order must have prices in one currency.")},
	{context.DeadlineExceeded, late},
	{context.Canceled, late},
}
