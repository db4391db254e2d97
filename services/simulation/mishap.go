package simulation

import (
	"context"
	"fmt"
	"time"
)

// mishap has something happen that nobody asked for, or nothing.
func (w *world) mishap(ctx context.Context) {
	if w.rng.IntN(100) < w.crashes {
		if w.rng.IntN(4) == 0 {
			w.retire(ctx)
		} else {
			w.crash()
		}
	}
	if w.rng.IntN(1000) < w.outages {
		w.outage()
	}
	if w.rng.IntN(1000) < w.jumps {
		p := w.any(services[w.rng.IntN(len(services))])
		p.clock.set(w.skew())
		w.tell(p.name, "clock", p.clock.skew().String())
	}
}

// crash ends a process wherever it is, and starts another in its place: with its
// name, or with a new one. What it was waiting for may have happened, or may yet.
func (w *world) crash() {
	old := w.replace(w.rng.IntN(2) == 0)
	w.tell(old.name, "crash")
	w.stage.kill(old.name, func() word { return word{w.fault(), w.rng.Uint64()} })
	old.cancel()
}

// retire ends a process when it has done what it can; its successor has started
// meanwhile.
func (w *world) retire(ctx context.Context) {
	old := w.replace(false)
	w.tell(old.name, "retire")
	w.busy.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, drainTime)
		defer cancel()
		if old.keeping.TryLock() { // else it does not come to it
			_ = old.book.Drain(ctx)
		}
		w.stage.kill(old.name, func() word { return word{verdict: fail} })
		old.cancel()
	})
}

// drainTime is how long a process may take to end.
const drainTime = 10 * time.Second

// replace starts a process in the place of another, which it returns.
func (w *world) replace(sameName bool) *process {
	s, i := services[w.rng.IntN(len(services))], w.rng.IntN(replicas)
	w.mu.Lock()
	old := w.alive[s][i]
	w.mu.Unlock()
	replica := old.replica
	if !sameName {
		replica = fmt.Sprintf("%s-%d", s, 10+w.lives)
	}
	next := w.spawn(s, replica, w.skew())
	w.mu.Lock()
	w.alive[s][i] = next
	w.mu.Unlock()
	return old
}

// outage takes away a store, the broker, the mail server or an app, from all.
func (w *world) outage() {
	where := []string{atBroker, atMail, atStock, storeOf("order"), storeOf("stock"), storeOf("notify")}[w.rng.IntN(6)]
	w.away[where] = 10 + w.rng.IntN(60)
	w.tell("away", where)
}

// Where things are asked of.
const (
	atBroker = "broker"
	atMail   = "mail"
	atStock  = "stock"
	atHome   = "" // of oneself: nothing can go wrong
)

func storeOf(service string) string { return "store of " + service }

// skew is how far a clock is off.
func (w *world) skew() time.Duration {
	return time.Duration(w.rng.Int64N(int64(2*w.wrong)) - int64(w.wrong))
}
