// Package simulation runs the three services, several replicas of each, in one
// process on simulated stores and a simulated broker, where a seed decides what
// happens next at every point where a service waits: who goes on, what fails,
// what is lost though it was done, what is done late, who dies. Afterwards a
// judge reads everything back.
//
// The idea is deterministic simulation testing as FoundationDB does it (Zhou et
// al., "FoundationDB", SIGMOD 2021); goroutines and time are those of
// testing/synctest.
package simulation

import (
	"cmp"
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
	fail                // it fails
)

var (
	errFailed = errors.New("simulation: it failed")
	errDead   = errors.New("simulation: the process is dead")
)

// waiting is one who waits for the director's word.
type waiting struct {
	who  string // process or client
	what string
	word chan verdict
}

// stage is where processes wait.
type stage struct {
	mu      sync.Mutex
	waiters []*waiting
	dead    map[string]bool
	over    bool // no more faults, no more waiting
}

// wait returns the director's word for who.
func (s *stage) wait(who, what string) verdict {
	s.mu.Lock()
	if s.dead[who] {
		s.mu.Unlock()
		return fail
	}
	if s.over {
		s.mu.Unlock()
		return done
	}
	w := &waiting{who, what, make(chan verdict, 1)}
	s.waiters = append(s.waiters, w)
	s.mu.Unlock()
	return <-w.word
}

// pick takes one who waits, by chance; nil when nobody does. It does not depend
// on the order in which they came, which is the Go scheduler's.
func (s *stage) pick(rng *rand.Rand) *waiting {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiters) == 0 {
		return nil
	}
	slices.SortStableFunc(s.waiters, func(a, b *waiting) int {
		return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.what, b.what))
	})
	i := rng.IntN(len(s.waiters))
	w := s.waiters[i]
	s.waiters = slices.Delete(s.waiters, i, i+1)
	return w
}

// kill fails everything a process waits for, now and later.
func (s *stage) kill(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead[who] = true
	s.waiters = slices.DeleteFunc(s.waiters, func(w *waiting) bool {
		if w.who == who {
			w.word <- fail
		}
		return w.who == who
	})
}

// end lets everybody go on, for good.
func (s *stage) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, w := range s.waiters {
		w.word <- done
	}
	s.waiters = nil
}
