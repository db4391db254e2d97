package simulation

import (
	"context"
	"errors"
	"fmt"
	"testing/synctest"
	"time"
)

// stock fills the shelves before anything goes wrong.
func (w *world) stock(ctx context.Context) {
	w.stage.mu.Lock()
	w.stage.over = true
	w.stage.mu.Unlock()
	s := w.alive["stock"][0].stock
	for _, sku := range skus {
		if err := s.Product(ctx, sku, 100); err != nil {
			panic(err)
		}
		if _, err := s.Receive(ctx, sku, atFirst[sku], "first"); err != nil {
			panic(err)
		}
	}
	for i := range buyers {
		if i%2 == 0 {
			if err := w.alive["notify"][0].notify.SetContact(ctx, fmt.Sprintf("buyer%d", i), "buyer@example.com"); err != nil {
				panic(err)
			}
		}
	}
	w.stage.mu.Lock()
	w.stage.over = false
	w.stage.mu.Unlock()
}

// settle lets the system come to rest, without faults; once with the processes
// that are there, and again with new ones, which know only what is stored.
func (w *world) settle(ctx context.Context) error {
	for len(w.ghosts) > 0 && w.rng.IntN(3) > 0 {
		w.haunt() // the others never happen
	}
	if err := w.rest(ctx); err != nil {
		return err
	}
	for _, s := range services {
		for i, p := range w.alive[s] {
			w.stage.kill(p.name)
			p.cancel()
			w.alive[s][i] = w.spawn(s, p.replica, 0)
		}
	}
	return w.rest(ctx)
}

// rest has everybody keep house, and delivers what is published, until nothing
// is left.
func (w *world) rest(ctx context.Context) error {
	var failed error
	calm := 0
	for range 60 {
		failed = nil
		for _, s := range services {
			for _, p := range w.alive[s] {
				failed = errors.Join(failed, p.book.Round(ctx), p.sweep(ctx))
			}
		}
		synctest.Wait()
		for w.bus.deliver(ctx) {
			synctest.Wait()
		}
		time.Sleep(6 * time.Second) // longer than a lease of those who died
		failed = errors.Join(failed, w.settled(ctx))
		if failed == nil && w.bus.empty() {
			if calm++; calm == 3 {
				return nil
			}
		} else {
			calm = 0
		}
	}
	return fmt.Errorf("%w, %d deliveries wait", failed, len(w.bus.waiting))
}

// settled says which orders wait for stock.
func (w *world) settled(ctx context.Context) error {
	all, err := w.alive["order"][0].order.List(ctx, "")
	for _, o := range all {
		if o.Status == "pending" {
			err = errors.Join(err, fmt.Errorf("order %s is pending", o.ID))
		}
	}
	return err
}

func (b *bus) empty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting) == 0
}

// close ends every process.
func (w *world) close() {
	for _, s := range services {
		for _, p := range w.alive[s] {
			p.cancel()
		}
	}
	w.living.Wait()
}

// choose returns a living process of a service for somebody who asks in the
// background, where the director's dice are out of reach.
func (w *world) choose(service string) *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.chosen++
	return w.alive[service][w.chosen%replicas]
}
