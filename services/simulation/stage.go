// Package simulation runs the three services, several replicas of each, in one
// process on simulated stores and a simulated broker, where a seed decides what
// happens next at every point where a service waits: who goes on, what fails,
// what is lost though it was done, what is done late or in part, who dies.
// Afterwards a judge reads everything back.
//
// The idea is deterministic simulation testing as FoundationDB does it (Zhou et
// al., "FoundationDB", SIGMOD 2021); goroutines and time are those of
// testing/synctest.
package simulation

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
)

// verdict is what becomes of something a process waits for.
type verdict int

const (
	done verdict = iota // it happens
	lost                // it happens, and its answer is lost
	late                // it fails, and happens later
	torn                // it fails, and some of it happens
	fail                // it fails
)

// word is what the director says to one who waits.
type word struct {
	verdict
	dice uint64 // which part, when it is torn
}

var (
	errFailed = errors.New("simulation: it failed")
	errDead   = errors.New("simulation: the process is dead")
)

// await is one thing that somebody waits for.
type await struct {
	who   string // process or client
	where string // what it is asked of
	what  string
	word  chan word
}

func (a *await) compare(b *await) int {
	return cmp.Or(cmp.Compare(a.kind(), b.kind()), cmp.Compare(a.who, b.who), cmp.Compare(a.where, b.where), cmp.Compare(a.what, b.what))
}

// stage is where everybody waits.
type stage struct {
	mu     sync.Mutex
	awaits []*await // sorted: in which order they came is up to Go's scheduler
	dead   map[string]bool
	closed bool // nobody should begin anything any more
	over   bool // nobody waits any more
}

// wait returns the director's word for who. Some do not wait longer than ctx:
// what they waited for may happen later then.
func (s *stage) wait(ctx context.Context, who, where, what string) word {
	s.mu.Lock()
	if s.dead[who] || s.over {
		defer s.mu.Unlock()
		if s.dead[who] {
			return word{verdict: fail}
		}
		return word{}
	}
	a := &await{who, where, what, make(chan word, 1)}
	i, _ := slices.BinarySearchFunc(s.awaits, a, (*await).compare)
	s.awaits = slices.Insert(s.awaits, i, a)
	s.mu.Unlock()
	if patient := (len(what)+int(what[len(what)-1]))%2 == 0; patient {
		return <-a.word
	}
	select {
	case w := <-a.word:
		return w
	case <-ctx.Done():
		return s.leave(a)
	}
}

// leave takes back what nobody waits for any more.
func (s *stage) leave(a *await) word {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.awaits, a); i >= 0 {
		s.awaits = slices.Delete(s.awaits, i, i+1)
		return word{verdict: late}
	}
	return <-a.word
}

// pick takes one who waits, by chance; nil when nobody does. First it chooses
// what he belongs to, so that many clients leave time for a service.
func (s *stage) pick(rng *rand.Rand) *await {
	s.mu.Lock()
	defer s.mu.Unlock()
	var begins []int // of each kind, among awaits
	for i, a := range s.awaits {
		if i == 0 || a.kind() != s.awaits[i-1].kind() {
			begins = append(begins, i)
		}
	}
	if len(begins) == 0 {
		return nil
	}
	kind := rng.IntN(len(begins))
	from, to := begins[kind], len(s.awaits)
	if kind+1 < len(begins) {
		to = begins[kind+1]
	}
	i := from + rng.IntN(to-from)
	a := s.awaits[i]
	s.awaits = slices.Delete(s.awaits, i, i+1)
	return a
}

// kind is a service, or the clients.
func (a *await) kind() byte {
	if a.where == atHome {
		return 0
	}
	return a.who[0]
}

// kill ends a process: what it waits for now gets say's word, which it does not
// live to hear, and whatever it asks from now on fails.
func (s *stage) kill(who string, say func() word) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead[who] = true
	s.awaits = slices.DeleteFunc(s.awaits, func(a *await) bool {
		if a.who == who {
			a.word <- say()
		}
		return a.who == who
	})
}

// end lets everybody go on, for good; begin makes them wait again.
func (s *stage) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, a := range s.awaits {
		a.word <- word{}
	}
	s.awaits = nil
}

func (s *stage) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = false
}

// close asks everybody to begin nothing more.
func (s *stage) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *stage) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *stage) isDead(who string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead[who]
}
