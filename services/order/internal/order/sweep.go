package order

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// sweepLimit is how many due orders are taken at once.
const sweepLimit = 500

// sweepTime is how long a sweep does one kind of work. The sidecar gives up on both together after 30 s.
const sweepTime = 10 * time.Second

// Swept counts what one sweep did.
type Swept struct{ Settled, Expired int }

// Sweep settles pending orders and expires unpaid ones, until none is due, stock
// is silent, something fails or its time is over. Each is done by one sweep at a
// time: while one still expires orders, the next ones go on settling.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var did Swept
	err := oneAtATime(&s.settling, func() error { return s.sweep(ctx, Unsettled, &did, s.settle) })
	return did, errors.Join(err, oneAtATime(&s.expiring, func() error { return s.sweep(ctx, Unpaid, &did, s.expire) }))
}

// oneAtATime does nothing while another does it.
func oneAtATime(one *sync.Mutex, do func() error) error {
	if !one.TryLock() {
		return nil
	}
	defer one.Unlock()
	return do()
}

// doing does one kind of work for some orders; silent is stock that did not answer.
type doing func(ctx context.Context, some []Order, did *Swept) (silent bool, err error)

// sweep has work done for what is due of it.
func (s *Service) sweep(ctx context.Context, w Work, did *Swept, do doing) error {
	for end := s.Now().Add(sweepTime); ; {
		ids, err := s.Store.Due(ctx, w, s.Now(), sweepLimit)
		if err != nil {
			return err
		}
		orders, err := s.Store.Get(ctx, ids...)
		if err != nil {
			return err
		}
		var mine []Order
		others := 0
		for _, id := range ids {
			switch o := orders[id]; {
			case !o.Status().Open(): // it was settled meanwhile
			case w == workOf(o, s.Now()):
				mine = append(mine, o)
			default:
				others++
				s.Store.Later(w, id, later(o, s.Now()))
			}
		}
		before := *did
		silent, err := do(ctx, mine, did)
		idle := *did == before && others == 0
		if err != nil || silent || idle || len(ids) < sweepLimit || !s.Now().Before(end) {
			return err
		}
	}
}

// later is when to look again at an order that is the other sweep's work.
func later(o Order, now time.Time) time.Time {
	if now.Before(o.ExpiresAt()) {
		return o.ExpiresAt()
	}
	return now.Add(sweepTime)
}

// workOf says what an open order that is due waits for.
func workOf(o Order, now time.Time) Work {
	if o.Status() == Pending && now.Before(o.ExpiresAt()) {
		return Unsettled
	}
	return Unpaid
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
