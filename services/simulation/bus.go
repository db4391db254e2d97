package simulation

import (
	"context"
	"errors"
	"sync"

	"orderly/services/internal/event"
)

// bus is the broker: it keeps what was published, and delivers it at least once,
// in no order, to a replica of each app that subscribes.
type bus struct {
	w  *world
	mu sync.Mutex
	// accepted is how often an event was accepted, by "topic/id"; order is of the
	// first time.
	accepted map[string]int
	order    []event.Event
	waiting  []delivery
}

type delivery struct {
	app   string
	event event.Event
}

var subscribers = map[string][]string{"orders": {"stock", "notify"}, "stock": {"order"}}

// publish is a process's way to the broker.
func (b *bus) publish(who string) func(context.Context, string, []event.Event) error {
	return func(_ context.Context, topic string, events []event.Event) error {
		what := "publish"
		for _, e := range events {
			what += " " + e.ID
		}
		switch b.w.stage.wait(who, what) {
		case done:
			b.accept(topic, events)
			return nil
		case lost:
			b.accept(topic, events)
		case late:
			b.w.later(func() { b.accept(topic, events) })
		case fail: // some of them
			b.accept(topic, events[:len(events)/2])
		}
		return errors.New("simulation: publish failed")
	}
}

func (b *bus) accept(topic string, events []event.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range events {
		if b.accepted[topic+"/"+e.ID]++; b.accepted[topic+"/"+e.ID] == 1 {
			b.order = append(b.order, e)
		}
		for _, app := range subscribers[topic] {
			b.waiting = append(b.waiting, delivery{app, e})
		}
	}
}

// deliver hands one event to its app, in the background; it comes again if it is
// not handled, and sometimes if it is.
func (b *bus) deliver(ctx context.Context) bool {
	b.mu.Lock()
	if len(b.waiting) == 0 {
		b.mu.Unlock()
		return false
	}
	i := b.w.rng.IntN(len(b.waiting))
	d := b.waiting[i]
	b.waiting = append(b.waiting[:i], b.waiting[i+1:]...)
	again := !b.w.stage.ended() && b.w.rng.IntN(8) == 0
	b.mu.Unlock()
	p := b.w.any(d.app)
	b.w.busy.Go(func() {
		err := p.hear(ctx, d.event)
		if err != nil && p.final(err) {
			b.w.notes.dead(d.app, d.event, err)
			return
		}
		if err != nil || again {
			b.mu.Lock()
			b.waiting = append(b.waiting, d)
			b.mu.Unlock()
		}
	})
	return true
}

func (s *stage) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}
