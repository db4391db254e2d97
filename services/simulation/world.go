package simulation

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing/synctest"
	"time"

	"orderly/services/internal/fakestore"
)

// Plan is what one run is made of.
type Plan struct {
	Seed    uint64
	Partial bool // stores apply transactions partially, as Redis does
	Mutant  Mutant
	Log     io.Writer // of all services; nil is nobody
}

// world is one run.
type world struct {
	Plan
	rng    *rand.Rand
	stage  *stage
	bus    *bus
	stores map[string]*fakestore.Store // by service
	log    *slog.Logger

	mu     sync.Mutex
	alive  map[string][]*process // by service
	ghosts []func()              // what happens late
	lives  int
	chosen int
	notes  *notes
	mails  mails
	busy   sync.WaitGroup // what goes on in the background
	living sync.WaitGroup // the processes
}

const (
	replicas = 2
	steps    = 180 // decisions of the director
)

// services are the apps; the order matters to nobody.
var services = []string{"notify", "order", "stock"}

func newWorld(p Plan) *world {
	if p.Log == nil {
		p.Log = io.Discard
	}
	w := &world{Plan: p, rng: rand.New(rand.NewPCG(p.Seed, 0)), stage: &stage{dead: map[string]bool{}},
		stores: map[string]*fakestore.Store{}, alive: map[string][]*process{}, notes: newNotes(), mails: mails{sent: map[string]int{}},
		log: slog.New(slog.NewTextHandler(p.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	w.bus = &bus{w: w, accepted: map[string]int{}}
	for _, s := range services {
		w.stores[s] = newStore(p)
		for i := range replicas {
			w.alive[s] = append(w.alive[s], w.spawn(s, fmt.Sprintf("%s-%d", s, i), 0))
		}
	}
	return w
}

// run plays until nothing is left to do, and returns what the judge says. It
// must be called inside a synctest bubble.
func (w *world) run(ctx context.Context) []string {
	w.stock(ctx)
	clients := w.hire(ctx)
	for range steps {
		synctest.Wait()
		w.step(ctx)
	}
	w.stage.end()
	clients.Wait()
	w.busy.Wait()
	defer w.close()
	if err := w.settle(ctx); err != nil {
		return []string{"the system does not come to rest: " + err.Error()}
	}
	return w.judge(ctx)
}

// step lets one thing happen.
func (w *world) step(ctx context.Context) {
	switch chance := w.rng.IntN(100); {
	case chance < 60:
		if waiting := w.stage.pick(w.rng); waiting != nil {
			waiting.word <- w.verdict()
			return
		}
		w.round(ctx)
	case chance < 72:
		w.bus.deliver(ctx)
	case chance < 84:
		w.round(ctx)
	case chance < 88:
		w.sweep(ctx)
	case chance < 91:
		w.haunt()
	case chance < 93:
		w.crash(ctx)
	default:
		time.Sleep(w.pause())
	}
}

// verdict is mostly that it happens.
func (w *world) verdict() verdict {
	switch chance := w.rng.IntN(100); {
	case chance < 88:
		return done
	case chance < 92:
		return lost
	case chance < 95:
		return late
	}
	return fail
}

// pause is how long nothing happens: mostly moments, sometimes past a deadline.
func (w *world) pause() time.Duration {
	switch chance := w.rng.IntN(20); {
	case chance < 12:
		return time.Duration(w.rng.IntN(20)) * time.Millisecond
	case chance < 18:
		return time.Duration(w.rng.IntN(3000)) * time.Millisecond
	case chance < 19:
		return 30 * time.Second
	}
	return 20 * time.Minute
}

// later keeps what happens late, or never.
func (w *world) later(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ghosts = append(w.ghosts, do)
}

// haunt has one late thing happen.
func (w *world) haunt() {
	w.mu.Lock()
	var do func()
	if n := len(w.ghosts); n > 0 {
		i := w.rng.IntN(n)
		do = w.ghosts[i]
		w.ghosts = append(w.ghosts[:i], w.ghosts[i+1:]...)
	}
	w.mu.Unlock()
	if do != nil {
		do()
	}
}

// crash ends a process, and starts another in its place: with its name, or with
// a new one.
func (w *world) crash(ctx context.Context) {
	s := services[w.rng.IntN(len(services))]
	i := w.rng.IntN(replicas)
	w.mu.Lock()
	old := w.alive[s][i]
	w.mu.Unlock()
	w.stage.kill(old.name)
	old.cancel()
	replica := old.replica
	if w.rng.IntN(2) == 0 {
		replica = fmt.Sprintf("%s-%d", s, 10+w.lives)
	}
	skew := time.Duration(w.rng.IntN(5)-2) * time.Second
	next := w.spawn(s, replica, skew)
	w.mu.Lock()
	w.alive[s][i] = next
	w.mu.Unlock()
}

// any returns a living process of a service.
func (w *world) any(service string) *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.alive[service][w.rng.IntN(replicas)]
}

// round has some process keep house, in the background.
func (w *world) round(ctx context.Context) {
	p := w.any(services[w.rng.IntN(len(services))])
	w.background(&p.keeping, func() { _ = p.book.Round(ctx) })
}

// sweep is the tick of each second, at some process.
func (w *world) sweep(ctx context.Context) {
	p := w.any(services[w.rng.IntN(len(services))])
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

// clock is a process's own.
func clock(skew time.Duration) func() time.Time {
	return func() time.Time { return time.Now().Add(skew).UTC().Truncate(time.Millisecond) }
}
