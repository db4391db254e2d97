package stock

import (
	"context"
	"time"
)

// Commit sells what is held. What has lapsed is held anew first, which may be
// out of stock by now.
func (d *Desk) Commit(orderID string, at time.Time) (Reservation, error) {
	r := d.reservation(orderID)
	err := d.move(r, Commit, "", at)
	return *r, err
}

// Commit sells what is reserved for an order; a repeat changes nothing.
func (s *Service) Commit(ctx context.Context, orderID string) (Reservation, error) {
	return s.settle(ctx, orderID, func(d *Desk, at time.Time) (Reservation, error) { return d.Commit(orderID, at) })
}
