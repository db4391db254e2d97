package stock

import (
	"context"
	"errors"
	"time"
)

// Paid is what is known of an order that was paid.
type Paid struct {
	orderID string
	lines   []Line
}

// NewPaid refuses what could not have been reserved.
func NewPaid(orderID string, lines []Line) (Paid, error) {
	if orderID == "" {
		return Paid{}, invalid("orderId", "required", "is required")
	}
	for _, l := range lines {
		if (l.UnitPrice == Money{}) {
			return Paid{}, invalid("items", "required", "must have a unitPrice each")
		}
	}
	return Paid{orderID, lines}, checkLines(lines)
}

// Pay sells what a paid order holds. A hold that has lapsed, was released or
// never came is held anew; where that is impossible the reservation remembers
// it, and one event says so. An order that is over stays over.
//
// Of an order that nothing was ever reserved for it is refused: see Service.Pay.
func (d *Desk) Pay(paid Paid, at time.Time) (Reservation, error) {
	r := d.reservation(paid.orderID)
	if err := unreserved(r); err != nil {
		return *r, err
	}
	return d.pay(r, paid, at)
}

func (d *Desk) pay(r *Reservation, paid Paid, at time.Time) (Reservation, error) {
	if !r.failedAt.IsZero() {
		return *r, nil // said once; a commit by hand can still succeed
	}
	if len(r.lines) == 0 {
		r.lines = paid.lines
	}
	err := d.move(r, Pay, "", at)
	if short, ok := errors.AsType[*OutOfStock](err); ok {
		r.state, r.failedAt, r.changedAt, r.shortages = Lapsed, at, at, short.Shortages
		d.changes.Reservations = append(d.changes.Reservations, r)
		d.changes.Events = append(d.changes.Events, Event{Type: TypeCommitFailed, Subject: r.orderID, Sequence: 1, At: at, Shortages: short.Shortages})
		err = nil
	}
	return *r, err
}

// Pay sells what is reserved for a paid order. It never fails for lack of stock:
// see Reservation.Shortages. An order that nothing was reserved for is asked itself, as
// anybody may have published the event.
func (s *Service) Pay(ctx context.Context, paid Paid) (Reservation, error) {
	at := s.at()
	r, err := decide(ctx, s.store, paid.want(), func(d *Desk) (Reservation, error) { return d.Pay(paid, at) })
	if errors.Is(err, errUnreserved) {
		return s.confirmed(ctx, paid.orderID, Sold)
	}
	return r, err
}

func (p Paid) want() Want { return Want{Orders: []string{p.orderID}, SKUs: skusOf(p.lines)} }
