package simulation

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing/synctest"
	"time"
)

// breathe waits until everybody else waits. Time goes on by a little, so that
// timers that were set in different steps go off at different times: those of
// one instant go off in any order.
func (w *world) breathe() {
	time.Sleep(time.Microsecond)
	synctest.Wait()
	runtime.Gosched() // a new slice of Go's time: whoever uses it up is interrupted anywhere
}

// step lets one thing happen.
func (w *world) step(ctx context.Context) {
	for where := range w.away {
		if w.away[where]--; w.away[where] == 0 {
			delete(w.away, where)
		}
	}
	w.mishap(ctx)
	switch chance := w.rng.IntN(100); {
	case chance < 66:
		if a := w.stage.pick(w.rng); a != nil {
			w.answer(a)
			return
		}
		w.round(ctx)
	case chance < 76:
		for range 1 + w.rng.IntN(2) {
			w.bus.deliver(ctx)
		}
	case chance < 87:
		w.round(ctx)
	case chance < 90:
		w.sweep(ctx)
	case chance < 93:
		w.haunt()
	default:
		pause := w.pause()
		w.tell("pause", pause.String())
		time.Sleep(pause)
	}
}

// answer lets one go on.
func (w *world) answer(a *await) {
	said := word{w.verdict(a), w.rng.Uint64()}
	w.tell(a.who, a.where, a.what, said.String())
	a.word <- said
}

// verdict is mostly that it happens.
func (w *world) verdict(a *await) verdict {
	if w.away[a.where] > 0 {
		return fail
	}
	faults := w.faults
	if a.delicate() {
		faults *= 5
	}
	if w.rng.IntN(100) >= faults {
		return done
	}
	if a.delicate() && w.Partial && w.rng.IntN(2) == 0 {
		return torn
	}
	return w.fault()
}

// delicate is what happens seldom, and must not happen by half: a list sheds a
// part.
func (a *await) delicate() bool { return strings.Contains(a.what, " part:") }

func (w *world) fault() verdict { return []verdict{lost, lost, late, torn, fail}[w.rng.IntN(5)] }

func (v verdict) String() string { return [...]string{"done", "lost", "late", "torn", "fail"}[v] }

// pause is how long nothing happens: mostly moments, sometimes past a lease or a
// deadline.
func (w *world) pause() time.Duration {
	switch chance := w.rng.IntN(20); {
	case chance < w.long:
		return []time.Duration{7 * time.Second, 20 * time.Second, w.paymentTTL(), w.holdTTL()}[w.rng.IntN(4)]
	case chance < 8:
		return time.Duration(w.rng.IntN(3000)) * time.Millisecond
	}
	return time.Duration(w.rng.IntN(20)) * time.Millisecond
}

// round has some process keep house, in the background.
func (w *world) round(ctx context.Context) {
	p := w.any(services[w.rng.IntN(len(services))])
	w.tell(p.name, "round")
	w.background(&p.keeping, func() { _ = p.book.Round(ctx) })
}

// sweep is the tick of each second, at some process.
func (w *world) sweep(ctx context.Context) {
	p := w.any(services[w.rng.IntN(len(services))])
	w.tell(p.name, "sweep")
	w.background(&p.sweeping, func() { _ = p.sweep(ctx) })
}

// background runs do unless it is still running.
func (w *world) background(lock *sync.Mutex, do func()) {
	if !lock.TryLock() {
		return
	}
	w.busy.Go(func() {
		defer lock.Unlock()
		do()
	})
}
