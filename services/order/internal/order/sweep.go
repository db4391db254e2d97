package order

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// sweepLimit is how many due orders are taken at once.
const sweepLimit = 500

// sweepTime is how long a sweep goes on; one is given up on after 30 s.
const sweepTime = 10 * time.Second

// Swept counts what one sweep did.
type Swept struct{ Settled, Expired int }

// Sweep settles pending orders and expires unpaid ones, until none is due, stock
// is silent, something fails or its time is over. A sweep that is still running makes the next one
// return at once.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var did Swept
	if !s.settling.TryLock() {
		return did, nil
	}
	defer s.settling.Unlock()
	for end := s.Now().Add(sweepTime); ; {
		ids, err := s.Store.Due(ctx, s.Now(), sweepLimit)
		if err != nil {
			return did, err
		}
		orders, err := s.Store.Get(ctx, ids...)
		if err != nil {
			return did, err
		}
		var overdue, pending []Order
		for _, id := range ids {
			switch o := orders[id]; {
			case o.Status().Open() && !s.Now().Before(o.ExpiresAt()):
				overdue = append(overdue, o)
			case o.Status() == Pending:
				pending = append(pending, o)
			}
		}
		before := did
		silent, err := s.settle(ctx, pending, &did)
		err = errors.Join(err, s.expire(ctx, overdue, &did))
		if err != nil || silent || did == before || len(ids) < sweepLimit || !s.Now().Before(end) {
			return did, err
		}
	}
}

// settle asks stock again for pending orders, for all at once, and keeps what it
// answers. It reports whether stock was silent about one of them.
func (s *Service) settle(ctx context.Context, pending []Order, did *Swept) (silent bool, err error) {
	if len(pending) == 0 {
		return false, nil
	}
	asks := make([]Ask, len(pending))
	for i, o := range pending {
		asks[i] = Ask{Ctx: ctx, OrderID: o.ID(), Items: o.Items()}
	}
	var settled, inVain []Change
	var failed []error
	holding := map[string]bool{}
	note := func(id string, err error) {
		if errors.Is(err, ErrStockSilent) {
			silent = true
		} else if err != nil {
			failed = append(failed, fmt.Errorf("order %s: %w", id, err))
		}
	}
	for i, held := range s.Stock.Reserve(ctx, asks) {
		o, answer := pending[i], held.Err
		if answer == nil && held.over(s.Now()) {
			answer = ErrStockSilent // this process stood still
		} else if answer == nil {
			_, answer = o.Confirm(held.Items, s.Now())
		}
		to, err := settlement(held, answer)
		switch {
		case err != nil:
			note(o.ID(), err)
		case holdsInVain(answer):
			inVain = append(inVain, s.ifPending(o.ID(), to))
		default:
			settled = append(settled, s.ifPending(o.ID(), to))
			holding[o.ID()] = answer == nil
		}
	}
	for i, err := range s.release(ctx, idsOf(inVain)) {
		if note(inVain[i].ID, err); err == nil { // else it stays pending, to be tried again
			settled = append(settled, inVain[i])
		}
	}
	var vain []string
	err = s.change(ctx, settled, func(o Order) {
		if did.Settled++; holding[o.ID()] && o.Status() == Rejected {
			vain = append(vain, o.ID()) // by another sweep, that found nothing to hold
		}
	})
	s.release(ctx, vain) // where that fails the hold lapses by itself
	return silent, errors.Join(append(failed, err)...)
}

// ifPending is a change of an order that still waits. One that was cancelled
// meanwhile stays so: its event releases the hold.
func (s *Service) ifPending(id string, to func(Order, *Service) (Order, error)) Change {
	return Change{ID: id, To: func(o Order) (Order, error) {
		if o.Status() != Pending {
			return o, nil
		}
		return to(o, s)
	}}
}

func idsOf(changes []Change) []string {
	ids := make([]string, len(changes))
	for i, c := range changes {
		ids[i] = c.ID
	}
	return ids
}

// change makes many changes; done is told of each that is kept.
func (s *Service) change(ctx context.Context, changes []Change, done func(Order)) error {
	var failed []error
	for i, c := range s.Store.Update(ctx, changes...) {
		if c.Err != nil {
			failed = append(failed, fmt.Errorf("order %s: %w", changes[i].ID, c.Err))
			continue
		}
		done(c.Order)
	}
	return errors.Join(failed...)
}
