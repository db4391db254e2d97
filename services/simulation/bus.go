package simulation

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
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
	waiting  []delivery // sorted
}

type delivery struct {
	app   string
	event event.Event
}

func (d delivery) compare(other delivery) int {
	return cmp.Or(strings.Compare(d.app, other.app), strings.Compare(d.event.Source, other.event.Source), strings.Compare(d.event.ID, other.event.ID))
}

var subscribers = map[string][]string{"orders": {"stock", "notify"}, "stock": {"order"}}

// publish is a process's way to the broker.
func (b *bus) publish(who string) func(context.Context, string, []event.Event) error {
	return func(ctx context.Context, topic string, events []event.Event) error {
		what := "publish"
		for _, e := range events {
			what += " " + e.ID
		}
		switch said := b.w.stage.wait(ctx, who, atBroker, what); said.verdict {
		case done:
			b.accept(topic, events)
			return nil
		case lost:
			b.accept(topic, events)
		case late:
			b.w.later(who+" "+what, func() { b.accept(topic, events) })
		case torn:
			b.accept(topic, events[:said.dice%uint64(len(events))])
		case fail:
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
			if app != "stock" || !lostPayment(e) {
				b.wait(delivery{app, e})
			}
		}
	}
}

// wait keeps a delivery; the lock is held.
func (b *bus) wait(d delivery) {
	i, _ := slices.BinarySearchFunc(b.waiting, d, delivery.compare)
	b.waiting = slices.Insert(b.waiting, i, d)
}

// deliver hands one event to its app, in the background; it comes again if it is
// not handled, and sometimes if it is. It answers false when none waits.
func (b *bus) deliver(ctx context.Context) bool {
	b.mu.Lock()
	if len(b.waiting) == 0 || b.w.away[atBroker] > 0 {
		b.mu.Unlock()
		return false
	}
	i := b.w.rng.IntN(len(b.waiting))
	d := b.waiting[i]
	b.waiting = slices.Delete(b.waiting, i, i+1)
	again := !b.w.stage.isClosed() && b.w.rng.IntN(8) == 0
	b.mu.Unlock()
	p := b.w.any(d.app)
	b.w.tell(p.name, "hears", d.event.ID)
	b.w.busy.Go(func() {
		err := p.hear(ctx, d.event)
		if err != nil && p.final(err) {
			b.w.notes.dead(d.app, d.event, err)
			return
		}
		if (err != nil && b.w.Mutant != AckEarly) || again {
			b.mu.Lock()
			b.wait(d)
			b.mu.Unlock()
		}
	})
	return true
}

// left is how many deliveries wait.
func (b *bus) left() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting)
}
