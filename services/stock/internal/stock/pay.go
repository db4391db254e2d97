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
func (d *Desk) Pay(paid Paid, at time.Time) (Reservation, error) {
	r := d.reservation(paid.orderID)
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
// see Reservation.Shortages.
func (s *Service) Pay(ctx context.Context, paid Paid) (Reservation, error) {
	at := s.at()
	want := Want{Orders: []string{paid.orderID}, SKUs: skusOf(paid.lines)}
	return decide(ctx, s.store, want, func(d *Desk) (Reservation, error) { return d.Pay(paid, at) })
}
