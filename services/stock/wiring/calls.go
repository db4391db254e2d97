package wiring

import (
	"context"
	"encoding/json"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/stock/internal/api"
	"orderly/services/stock/internal/stock"
)

// The calls below do what the routes of the same names do, without HTTP. Their
// errors are *problem.Problem, with the code that a caller would read.

// Reserve answers the body of POST /v1/reservations/batch.
func (s *Stock) Reserve(ctx context.Context, body []byte) ([]byte, error) {
	out, err := s.calls.Reserve(ctx, "/v1/reservations/batch", body)
	if err != nil {
		return nil, said(err)
	}
	return json.Marshal(out)
}

// Hear handles an event of topic orders. A final problem is a dead letter, after
// any other the event has to come again.
func (s *Stock) Hear(ctx context.Context, e event.Event) error {
	return said(s.calls.Hear(e.Context(ctx), e))
}

// Sweep ends the holds whose time is over and returns how many.
func (s *Stock) Sweep(ctx context.Context) (int, error) {
	n, err := s.calls.Sweep(ctx)
	return n, said(err)
}

// Product adds a product at a price in US cents, which warns of low stock at 5.
func (s *Stock) Product(ctx context.Context, sku string, price int64) error {
	money, err := stock.NewMoney(price, "USD")
	if err != nil {
		return said(err)
	}
	details, err := stock.NewDetails(sku, money, 5, nil)
	if err != nil {
		return said(err)
	}
	_, err = s.core.Create(ctx, sku, details)
	return said(err)
}

// Receive puts goods on a shelf, once per reference.
func (s *Stock) Receive(ctx context.Context, sku string, quantity int64, reference string) (Level, error) {
	r, err := stock.NewReceipt(sku, quantity, reference)
	if err != nil {
		return Level{}, said(err)
	}
	got, err := s.core.Receive(ctx, r)
	return levelOf(got.Level), said(err)
}

// Adjust puts right the count of a SKU, once per reference.
func (s *Stock) Adjust(ctx context.Context, sku string, delta int64, reason, reference string) (Level, error) {
	a, err := stock.NewAdjustment(sku, delta, reason, reference)
	if err != nil {
		return Level{}, said(err)
	}
	got, err := s.core.Adjust(ctx, a)
	return levelOf(got.Level), said(err)
}

// Commit sells what is reserved for an order.
func (s *Stock) Commit(ctx context.Context, orderID string) (Reservation, error) {
	r, err := s.core.Commit(ctx, orderID)
	return reservationOf(r), said(err)
}

// Release gives back what is held for an order.
func (s *Stock) Release(ctx context.Context, orderID string) (Reservation, error) {
	r, err := s.core.Release(ctx, orderID)
	return reservationOf(r), said(err)
}

// Reservation returns what is known of an order.
func (s *Stock) Reservation(ctx context.Context, orderID string) (Reservation, error) {
	r, err := s.core.Reservation(ctx, orderID)
	return reservationOf(r), said(err)
}

// Level returns the counters of a SKU.
func (s *Stock) Level(ctx context.Context, sku string) (Level, error) {
	found, err := s.core.Levels(ctx, sku)
	if err != nil {
		return Level{}, said(err)
	}
	return levelOf(found[0]), nil
}

// Ledger returns up to limit changes of a SKU after the one with sequence after.
func (s *Stock) Ledger(ctx context.Context, sku string, after int64, limit int) ([]Entry, error) {
	found, _, err := s.core.Ledger(ctx, sku, after, limit)
	entries := make([]Entry, len(found))
	for i, e := range found {
		entries[i] = Entry{e.Sequence, string(e.Kind), e.Quantity, e.OrderID, e.Reference, e.Reason, e.At}
	}
	return entries, said(err)
}

func said(err error) error {
	if err == nil {
		return nil
	}
	return problem.Table(api.Problems).Of(err)
}
