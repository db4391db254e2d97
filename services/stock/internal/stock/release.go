package stock

import (
	"context"
	"time"
)

// Release gives back what is held. An order that is not known is remembered as
// released, so that a hold that comes late is refused.
func (d *Desk) Release(orderID string, at time.Time) (Reservation, error) {
	r := d.reservation(orderID)
	err := d.move(r, Release, "released", at)
	return *r, err
}

// Release gives back what is held for an order; a repeat changes nothing.
func (s *Service) Release(ctx context.Context, orderID string) (Reservation, error) {
	return s.settle(ctx, orderID, func(d *Desk, at time.Time) (Reservation, error) { return d.Release(orderID, at) })
}
