package event

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// mostPanics is how often an event may make its handler panic before it is poison. An outage never looks like that, and
// what a new version of the program would mend should not wait among the good events, nor be tried for ever.
const mostPanics = 10

// mostPanicking is how many such events are counted at a time: more than a sidecar has under way.
const mostPanicking = 10_000

// panicError is a panic of a handler.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// Panicked returns the error of a panic in what a handler had others do, who recovered it: it counts as the handler's own.
func Panicked(value any, stack []byte) error { return &panicError{value, stack} }

// safely turns a panic into an error: the event comes again and is never lost, and the others go on.
func safely(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return do()
}

// panics counts deliveries that made the handler panic, by event.
type panics struct {
	mu    sync.Mutex
	count map[string]int
}

// again counts one more of an event and reports whether there have been too many.
func (p *panics) again(event string) (tooMany bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == nil {
		p.count = map[string]int{}
	}
	if _, known := p.count[event]; !known && len(p.count) >= mostPanicking {
		for other := range p.count { // any one makes room: counts of others must go on, or none would come to an end
			delete(p.count, other)
			break
		}
	}
	p.count[event]++
	return p.count[event] >= mostPanics
}

// forget ends the count of an event that is a dead letter now: if it is replayed it may be tried as often again.
func (p *panics) forget(event string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.count, event)
}
