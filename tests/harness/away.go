package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// Part is what of a system is away in an outage.
type Part string

const (
	Store  Part = "store"  // where the services keep their documents
	Broker Part = "broker" // what carries their events
	Both   Part = "both"
)

// How says in which way a part is away.
type How string

const (
	Killed How = "killed" // kill -9, and a new start on the same port with the same data: connections break, new ones are refused
	Frozen How = "frozen" // SIGSTOP and SIGCONT: connections stay, and nobody answers on them
)

// Away takes a part of the system away and returns what brings it back; that part takes work when back has returned. It is
// brought back when the story ends, whatever happens. The store of the embedded set has no server: its files are locked as
// another program would that works in them, see lockStore.
func (s *Story) Away(part Part, how How) (back func()) {
	s.T.Helper()
	var undo []func() error
	do := func(begin func() (func() error, error)) {
		s.T.Helper()
		end, err := begin()
		if err != nil {
			s.T.Fatalf("take the %s away: %v", part, err)
		}
		undo = append(undo, end)
	}
	for _, name := range s.ServersOf(part) {
		do(func() (func() error, error) { return s.serverAway(name, how) })
	}
	if part != Broker && len(s.ServersOf(Store)) == 0 {
		do(func() (func() error, error) { return s.lockStore(how) })
	}
	return s.backOnce(fmt.Sprintf("the %s", part), undo)
}

// AwayFor is an outage that lasts as long as it is told to, whatever the system does meanwhile.
func (s *Story) AwayFor(part Part, how How, span time.Duration) {
	s.T.Helper()
	back := s.Away(part, how)
	s.Lasts(span)
	back()
}

// Lasts lets an outage go on.
func (s *Story) Lasts(span time.Duration) {
	select {
	case <-time.After(span):
	case <-s.T.Context().Done():
	}
}

// backOnce makes one function of several, which is called once: by the story, or at its end.
func (s *Story) backOnce(what string, undo []func() error) func() {
	done := false
	back := func() error {
		if done {
			return nil
		}
		done = true
		var failed []error
		for _, u := range undo {
			failed = append(failed, u())
		}
		return errors.Join(failed...)
	}
	s.T.Cleanup(func() {
		if err := back(); err != nil {
			s.T.Errorf("%s does not come back: %v", what, err)
		}
	})
	return func() {
		s.T.Helper()
		if err := back(); err != nil {
			s.T.Fatalf("%s does not come back: %v", what, err)
		}
	}
}

// ServersOf returns the servers that are a part of the system. Redis is the store and the broker of its set.
func (s *Stack) ServersOf(part Part) []string {
	var stores, brokers []string
	for _, name := range s.Servers() {
		switch {
		case s.Keeps(name):
			stores = append(stores, name)
		case name != "mailbox":
			brokers = append(brokers, name)
		}
	}
	if len(brokers) == 0 {
		brokers = stores
	}
	switch part {
	case Store:
		return stores
	case Broker:
		return brokers
	case Both:
	}
	all := append(stores, brokers...)
	slices.Sort(all)
	return slices.Compact(all)
}

func (s *Stack) serverAway(name string, how How) (back func() error, err error) {
	p := s.Process(name)
	if how == Frozen {
		if err := signal([]int{p.PID()}, pause); err != nil { // first, as it may begin another, which would go on to answer
			return nil, err
		}
		others := descendants(p.PID())
		return func() error { return signal(append(others, p.PID()), resume) }, signal(others, pause)
	}
	others := descendants(p.PID())
	p.Kill()
	_ = signal(others, kill) // what a killed postmaster leaves would go on to answer; most has ended with it
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), Patience)
		defer cancel()
		return s.Stack.Restart(ctx, name)
	}, nil
}

// data is a path in the folder with the state of the stack.
func (s *Stack) data(elements ...string) string {
	return filepath.Join(append([]string{s.Dir, ".data"}, elements...)...)
}
