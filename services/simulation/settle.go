package simulation

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// settle lets the system come to rest, without faults. Either the processes that
// are there come to rest, and then new ones, which know only what is stored, and
// what time it is; or all die before, at once.
func (w *world) settle(ctx context.Context) error {
	for len(w.ghosts) > 0 && w.rng.IntN(3) > 0 {
		w.haunt() // the others never happen
	}
	w.busy.Wait()
	clear(w.away)
	leases := max(6*time.Second, 2*w.wrong+10*time.Second) // of who died, at whatever clock
	if !w.blackout {
		if err := errors.Join(w.rest(ctx, leases), w.settled(ctx)); err != nil {
			return err
		}
	}
	w.restart()
	if w.outlast {
		time.Sleep(w.holdTTL() + 2*w.wrong)
	}
	if err := w.rest(ctx, leases, sendLease+mild); err != nil {
		return err
	}
	for _, s := range services {
		for _, p := range w.alive[s] {
			if err := p.book.Drain(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// restart puts new processes in the places of all.
func (w *world) restart() {
	for _, s := range services {
		for i, p := range w.alive[s] {
			w.stage.kill(p.name, nil)
			p.cancel()
			w.alive[s][i] = w.spawn(s, p.replica, 0)
		}
	}
}

// rest has everybody keep house, and delivers what is published, until nothing
// is left, and nothing more happens after each of the pauses.
func (w *world) rest(ctx context.Context, pauses ...time.Duration) error {
	const moment = 1100 * time.Millisecond
	var err error
	calm := 0
	for range 60 {
		before := w.writes.Load()
		err = w.keepHouse(ctx)
		switch {
		case err != nil || w.writes.Load() != before:
			calm = 0
			time.Sleep(moment)
		case calm == len(pauses):
			return nil
		default:
			time.Sleep(pauses[calm])
			calm++
		}
	}
	return fmt.Errorf("after an hour %d deliveries wait, and the last error is %w", w.bus.left(), errors.Join(err, w.settled(ctx)))
}

// keepHouse has each process look after everything once.
func (w *world) keepHouse(ctx context.Context) (failed error) {
	for _, s := range services {
		for _, p := range w.alive[s] {
			w.breathe()
			failed = errors.Join(failed, p.book.Round(ctx), p.sweep(ctx))
		}
	}
	w.breathe()
	for w.bus.deliver(ctx) { // all at once
	}
	w.breathe()
	return failed
}

// settled says which orders wait for stock yet.
func (w *world) settled(ctx context.Context) error {
	all, err := w.alive["order"][0].order.List(ctx, "")
	for _, o := range all {
		if o.Status == "pending" {
			err = errors.Join(err, fmt.Errorf("order %s is pending", o.ID))
		}
	}
	return err
}
