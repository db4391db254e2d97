package stock

import (
	"context"
	"time"
)

// GiveBack ends a reservation whose order is over: what is held is released and
// what was sold returns. From then on nothing changes it, so that an older
// event that comes late has no effect.
func (d *Desk) GiveBack(orderID, reason string, at time.Time) (Reservation, error) {
	r := d.reservation(orderID)
	err := d.move(r, GiveBack, reason, at)
	return *r, err
}

// GiveBack ends the reservation of an order that was cancelled or expired, which
// is the reason that its ledger entries state.
func (s *Service) GiveBack(ctx context.Context, orderID, reason string) (Reservation, error) {
	return s.settle(ctx, orderID, func(d *Desk, at time.Time) (Reservation, error) { return d.GiveBack(orderID, reason, at) })
}
