package stock

import (
	"context"
	"time"
)

// Service is what stock can be asked. An error that is none of this package's
// own is of the store: then nobody knows yet whether it was done, ask again.
type Service struct {
	store  Store
	orders Orders
	now    func() time.Time
}

// NewService returns the service on a store, those who know of orders, and a clock.
func NewService(store Store, orders Orders, now func() time.Time) *Service {
	return &Service{store, orders, now}
}

// at is the time of a decision, in the milliseconds that answers show.
func (s *Service) at() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// settle changes the reservation of one order.
func (s *Service) settle(ctx context.Context, orderID string, verb func(*Desk, time.Time) (Reservation, error)) (Reservation, error) {
	at := s.at()
	return decide(ctx, s.store, wantOrder(orderID), func(d *Desk) (Reservation, error) { return verb(d, at) })
}

func wantOrder(orderID string) Want { return Want{Orders: []string{orderID}} }

// Reservation returns what is known of an order; ErrNoReservation if nothing is.
func (s *Service) Reservation(ctx context.Context, orderID string) (Reservation, error) {
	return look(ctx, s.store, wantOrder(orderID), func(d *Desk) (Reservation, error) {
		if r := d.kept.Reservation(orderID); r != nil {
			return *r, nil
		}
		return Reservation{}, ErrNoReservation
	})
}

// Levels returns the counters of SKUs, in their order; NoProduct names those
// that have no product.
func (s *Service) Levels(ctx context.Context, skus ...string) ([]Level, error) {
	return look(ctx, s.store, Want{SKUs: skus}, func(d *Desk) ([]Level, error) {
		var levels []Level
		var none []string
		for _, sku := range skus {
			shelf, err := d.shelf(sku)
			if err != nil {
				none = append(none, sku)
				continue
			}
			levels = append(levels, shelf.Level())
		}
		if len(none) > 0 {
			return nil, &NoProduct{none}
		}
		return levels, nil
	})
}

// Ledger returns up to limit changes of a SKU, oldest first, after the one with
// sequence after; more says that others follow.
func (s *Service) Ledger(ctx context.Context, sku string, after int64, limit int) (entries []Entry, more bool, err error) {
	levels, err := s.Levels(ctx, sku)
	if err != nil {
		return nil, false, err
	}
	entries, err = s.store.Ledger(ctx, sku, after, limit)
	return entries, after+int64(len(entries)) < levels[0].Version, err
}
