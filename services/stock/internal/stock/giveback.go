package stock

import (
	"context"
	"errors"
	"time"
)

// GiveBack ends a reservation whose order is over: what is held is released and
// what was sold returns. From then on nothing changes it, so that an older
// event that comes late has no effect.
//
// Of an order that nothing was ever reserved for it is refused: see Service.GiveBack.
func (d *Desk) GiveBack(orderID, reason string, at time.Time) (Reservation, error) {
	r := d.reservation(orderID)
	if err := unreserved(r); err != nil {
		return *r, err
	}
	return d.giveBack(r, reason, at)
}

func (d *Desk) giveBack(r *Reservation, reason string, at time.Time) (Reservation, error) {
	err := d.move(r, GiveBack, reason, at)
	return *r, err
}

// GiveBack ends the reservation of an order that was cancelled or expired, which
// is the reason that its ledger entries state. An order that nothing was reserved for is
// asked itself, as anybody may have published the event.
func (s *Service) GiveBack(ctx context.Context, orderID, reason string) (Reservation, error) {
	r, err := s.settle(ctx, orderID, func(d *Desk, at time.Time) (Reservation, error) { return d.GiveBack(orderID, reason, at) })
	if errors.Is(err, errUnreserved) {
		return s.confirmed(ctx, orderID, Over)
	}
	return r, err
}
