package stock

import (
	"context"
	"errors"
	"maps"
	"time"
)

// How long the hold of an open order outlives the order's own time, and lives on at
// least: time for the order to expire, and for its event to reach stock.
const margin = time.Minute

// Outcome is what became of a hold whose time was over.
type Outcome string

// The outcomes.
const (
	Nothing   Outcome = ""          // it was settled meanwhile, or prolonged
	HasLapsed Outcome = "lapsed"    // no such order was ever kept
	Prolonged Outcome = "prolonged" // the order is open
	WasSold   Outcome = "committed" // the order is paid, and its event has not come
	WasOver   Outcome = "released"  // the order is over, and its event has not come
)

// Expire ends a hold whose time is over as its order says, which is nil when no such
// order exists: only then it lapses.
func (d *Desk) Expire(orderID string, order *Order, at time.Time) (Outcome, error) {
	r := d.reservation(orderID)
	switch {
	case r.state != Held || r.expiresAt.After(at):
		return Nothing, nil
	case order == nil:
		return HasLapsed, d.move(r, Lapse, "lapsed", at)
	case order.Fate == Sold:
		return WasSold, d.move(r, Pay, "", at)
	case order.Fate == Over:
		return WasOver, d.move(r, GiveBack, order.Status, at)
	}
	until := order.Until
	if until.Before(at) {
		until = at
	}
	d.prolong(r, until.Add(margin))
	return Prolonged, nil
}

func (d *Desk) prolong(r *Reservation, until time.Time) {
	r.expiresAt = until
	d.changes.Reservations = append(d.changes.Reservations, r)
}

// What is overdue must not hold up what is new: holds are released in portions that
// are a part of a write, lapseLimit each lapsePace, and where the machine is busy two
// thirds of the time are left to others.
const (
	lapseLimit = 100
	lapsePace  = 100 * time.Millisecond
	lapseTime  = 10 * time.Second // then the next tick goes on
)

// Sweep settles holds whose time is over, as their orders say, until there are none
// or its time is over, and returns what became of each by order id. What could not be
// settled stays due and is in the error; when orders cannot be asked that is all.
func (s *Service) Sweep(ctx context.Context) (map[string]Outcome, error) {
	outcomes := map[string]Outcome{}
	for end := s.now().Add(lapseTime); ; {
		began := time.Now()
		some, due, err := s.expireSome(ctx)
		maps.Copy(outcomes, some)
		if err != nil || due < lapseLimit || len(some) == 0 || !s.now().Before(end) {
			return outcomes, err
		}
		took := time.Since(began)
		select {
		case <-time.After(max(lapsePace-took, 2*took)):
		case <-ctx.Done(): // the next tick goes on
			return outcomes, nil
		}
	}
}

// expireSome settles some holds and returns what became of them, and how many were
// looked at.
func (s *Service) expireSome(ctx context.Context) (outcomes map[string]Outcome, looked int, err error) {
	at := s.at()
	due, err := s.store.Due(ctx, at, lapseLimit)
	if err != nil || len(due) == 0 {
		return nil, 0, err
	}
	orders, err := s.orders.Orders(ctx, due...)
	if err != nil {
		return nil, 0, err
	}
	about := func(id string) Decision { return Decision{Want: wantOrder(id)} }
	did, errs := decideAll(ctx, s.store, due, about, func(d *Desk, id string) (Outcome, error) {
		if o, exists := orders[id]; exists {
			return d.Expire(id, &o, at)
		}
		return d.Expire(id, nil, at)
	})
	outcomes = map[string]Outcome{}
	for i, id := range due {
		if errs[i] == nil && did[i] != Nothing {
			outcomes[id] = did[i]
		}
	}
	return outcomes, len(due), errors.Join(errs...)
}
