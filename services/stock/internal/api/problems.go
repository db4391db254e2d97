package api

import (
	"errors"
	"net/http"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

// Problems is the error table of the service: for HTTP, and for events, where a
// final problem means a dead letter. What the store says is a problem already.
func Problems(err error) *problem.Problem {
	if p := typed(err); p != nil {
		return p
	}
	for _, row := range table {
		if errors.Is(err, row.err) {
			return problem.New(row.status, row.code, "%s", row.detail)
		}
	}
	return nil
}

var table = []struct {
	err    error
	status int
	code   string
	detail string
}{
	{stock.ErrProductExists, http.StatusConflict, "product-exists", "A product with this sku exists; change it with PUT, or choose another sku."},
	{stock.ErrProductInUse, http.StatusConflict, "product-in-use", "The product has stock or holds left. Adjust its stock to zero and wait for its holds to end, then delete it."},
	{stock.ErrVersionMismatch, http.StatusPreconditionFailed, "version-mismatch", "The product has changed since; read it again and send its ETag as If-Match."},
	{stock.ErrNoReservation, http.StatusNotFound, "unknown-reservation", "There is no reservation for this orderId."},
	{stock.ErrReleased, http.StatusConflict, "reservation-released", "The reservation of this orderId was released and stays so; reserve under another orderId."},
	{stock.ErrNotConfirmed, http.StatusUnprocessableEntity, "event-not-confirmed", "Nothing was reserved for this order, and the order itself does not say what the event says of it: look for who published it."},
	{stock.ErrUnclear, http.StatusServiceUnavailable, "order-unavailable", "What the order is now is not known to this version of stock. Send the same request again to a newer one."},
	{stock.ErrMixedCurrencies, http.StatusUnprocessableEntity, "mixed-currencies", "The items are priced in different currencies; reserve those of each currency on their own."},
	{stock.ErrReferenceReused, http.StatusUnprocessableEntity, "reference-reused", "This reference was used for another change of this sku; use a new one for a new change."},
	{stock.ErrTooMany, http.StatusConflict, "above-maximum", "A counter would exceed 9007199254740991, the most that is counted; send a smaller number."},
}

func typed(err error) *problem.Problem {
	if e, ok := errors.AsType[*stock.Invalid](err); ok {
		return wire.Invalid(problem.Field{Field: e.Field, Rule: e.Rule, Message: e.Message})
	}
	if e, ok := errors.AsType[*stock.NoProduct](err); ok {
		return problem.New(http.StatusNotFound, "unknown-product", "There is no product with the sku named in skus; create it first.").With("skus", e.SKUs)
	}
	if e, ok := errors.AsType[*stock.UnknownItems](err); ok {
		return problem.New(http.StatusUnprocessableEntity, "unknown-product", "There are no products with the skus named in skus; leave them out or correct them.").With("skus", e.SKUs)
	}
	if e, ok := errors.AsType[*stock.OutOfStock](err); ok {
		return problem.New(http.StatusConflict, "out-of-stock", "Less is available than was asked for; see shortages. Ask for less, or again later.").
			With("orderId", e.OrderID).With("shortages", shortagesOf(e.Shortages)).With("items", linesOf(e.Lines))
	}
	if e, ok := errors.AsType[*stock.BelowZero](err); ok {
		return problem.New(http.StatusConflict, "below-zero", "Only %d are available; take no more than that.", e.Available).With("available", e.Available)
	}
	if e, ok := errors.AsType[*stock.IllegalTransition](err); ok {
		p := problem.New(http.StatusConflict, "illegal-transition", "The reservation is %s and cannot become %s.", e.From.Status(), e.To.Status())
		if e.From == stock.Committed {
			p.Detail += " Cancel the order instead: that returns the stock."
		}
		return p.With("from", e.From.Status()).With("to", e.To.Status())
	}
	return nil
}
