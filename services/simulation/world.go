package simulation

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"orderly/services/internal/fakestore"
)

// world is one run.
type world struct {
	Plan
	weather
	rng    *rand.Rand // the director's
	stage  *stage
	bus    *bus
	stores map[string]*fakestore.Store // by service
	watch  *watch
	trace  *trace
	notes  *notes
	mails  *mails
	away   map[string]int // what nobody reaches, for how many steps

	mu     sync.Mutex
	alive  map[string][]*process // by service
	ghosts []ghost
	lives  int
	chosen int
	writes atomic.Int64
	told   atomic.Int64   // version of stock that somebody heard last
	busy   sync.WaitGroup // what goes on in the background
	living sync.WaitGroup // the processes
}

// ghost is what happens late, or never.
type ghost struct {
	name string
	do   func()
}

const replicas = 2

// services are the apps; the order matters to nobody.
var services = []string{"notify", "order", "stock"}

func newWorld(p Plan) *world {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	w := &world{Plan: p, weather: weatherOf(p.Seed), rng: rand.New(rand.NewPCG(p.Seed, 0)), stage: &stage{dead: map[string]bool{}},
		stores: map[string]*fakestore.Store{}, trace: newTrace(), notes: newNotes(), mails: newMails(),
		away: map[string]int{}, alive: map[string][]*process{}}
	w.bus = &bus{w: w, accepted: map[string]int{}}
	for _, s := range services {
		w.stores[s] = newStore(p)
		for i := range replicas {
			w.alive[s] = append(w.alive[s], w.spawn(s, fmt.Sprintf("%s-%d", s, i), 0))
		}
	}
	w.watch = newWatch(w.stores)
	return w
}

// run plays until nothing is left to do, and returns what the judge says. It
// must be called inside a synctest bubble.
func (w *world) run(ctx context.Context) []string {
	defer w.close()
	w.open(ctx)
	w.bus.forge()
	clients := w.hire(ctx)
	for n := range w.steps {
		w.breathe()
		if w.step(ctx); n%16 == 0 {
			w.watch.look()
		}
	}
	w.finish(clients)
	w.notes.outlived(w.stage.isDead)
	if err := w.settle(ctx); err != nil {
		return append(w.watch.wrong, "the system does not come to rest: "+err.Error())
	}
	e := w.gather(ctx)
	w.close()
	w.rebuild(ctx, e)
	return e.judge()
}

// finish has everybody end what he has begun, one after another.
func (w *world) finish(clients *sync.WaitGroup) {
	w.stage.close()
	for {
		w.breathe()
		a := w.stage.pick(w.rng)
		if a == nil {
			break
		}
		w.tell(a.who, a.where, a.what)
		a.word <- word{}
	}
	w.stage.end() // for those who pause
	clients.Wait()
	w.busy.Wait()
}

// later keeps what happens late, or never.
func (w *world) later(name string, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i, _ := slices.BinarySearchFunc(w.ghosts, name, func(g ghost, name string) int { return strings.Compare(g.name, name) })
	w.ghosts = slices.Insert(w.ghosts, i, ghost{name, do})
}

// haunt has one late thing happen.
func (w *world) haunt() {
	w.mu.Lock()
	if len(w.ghosts) == 0 {
		w.mu.Unlock()
		return
	}
	i := w.rng.IntN(len(w.ghosts))
	g := w.ghosts[i]
	w.ghosts = slices.Delete(w.ghosts, i, i+1)
	w.mu.Unlock()
	w.tell("late", g.name)
	g.do()
}

// any returns a living process of a service; the director's choice.
func (w *world) any(service string) *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.alive[service][w.rng.IntN(replicas)]
}

// choose is any for somebody who asks in the background, where the director's
// dice are out of reach.
func (w *world) choose(service string) *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.chosen++
	return w.alive[service][w.chosen%replicas]
}
