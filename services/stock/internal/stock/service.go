package stock

import (
	"context"
	"time"
)

// Store keeps shelves, reservations and first answers.
type Store interface {
	// View returns a desk with what is wanted. It is for reading only.
	View(ctx context.Context, want Want) (*Desk, error)
	// Change returns when what decide changed on a desk is kept, as a whole. The
	// desk has what is wanted, and the shelves of the reservations wanted. decide
	// only computes: it runs again when another writer was faster. An error of
	// decide is returned, and nothing is kept. ErrBusy says that nothing is kept;
	// after ErrUnavailable nobody knows: ask again.
	Change(ctx context.Context, want Want, decide func(*Desk) error) error
	// Ledger returns up to limit entries with a sequence above after.
	Ledger(ctx context.Context, sku string, after int64, limit int) ([]Entry, error)
	// SKUs returns up to limit SKUs that ever had a product, sorted, which start
	// with prefix and come after after.
	SKUs(ctx context.Context, prefix, after string, limit int) ([]string, error)
	// Due returns up to limit orders whose holds expire at now or before.
	Due(ctx context.Context, now time.Time, limit int) ([]string, error)
}

// Service is what stock can be asked.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns the service on a store and a clock.
func NewService(store Store, now func() time.Time) *Service { return &Service{store, now} }

// at is the time of a decision, in the milliseconds that answers show.
func (s *Service) at() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// settle changes the reservation of one order.
func (s *Service) settle(ctx context.Context, orderID string, verb func(*Desk, time.Time) (Reservation, error)) (r Reservation, err error) {
	at := s.at()
	err = s.store.Change(ctx, Want{Orders: []string{orderID}}, func(d *Desk) (err error) {
		r, err = verb(d, at)
		return err
	})
	return r, err
}

// Reservation returns what is known of an order; ErrNoReservation if nothing is.
func (s *Service) Reservation(ctx context.Context, orderID string) (Reservation, error) {
	d, err := s.store.View(ctx, Want{Orders: []string{orderID}})
	if err != nil {
		return Reservation{}, err
	}
	if r := d.reservations[orderID]; r != nil {
		return *r, nil
	}
	return Reservation{}, ErrNoReservation
}

// Levels returns the counters of SKUs, in their order; NoProduct names those
// that have no product.
func (s *Service) Levels(ctx context.Context, skus ...string) ([]Level, error) {
	d, err := s.store.View(ctx, Want{SKUs: skus})
	if err != nil {
		return nil, err
	}
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
