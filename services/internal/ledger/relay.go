package ledger

import (
	"context"
	"sync"
	"time"

	"orderly/services/internal/event"
)

// relay is the outbox: it publishes the events of pages in their order, at least
// once. Only the replica that keeps house does.
type relay struct {
	b *Book

	mu    sync.Mutex
	queue []outgoing // of pages up to heard, the oldest first
	heard int64
	begun int // counts starts
	wake  chan struct{}
}

type outgoing struct {
	page int64
	news news
}

// mostOutgoing is how many events wait in memory; further ones are read again
// from their pages.
const mostOutgoing = 20_000

func newRelay(b *Book) *relay { return &relay{b: b, wake: make(chan struct{}, 1)} }

// start begins after page published.
func (r *relay) start(published int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue, r.heard = nil, published
	r.begun++
}

// hear takes in the events of the page after the last it heard of.
func (r *relay) hear(p *page) {
	if r.b.o.Publish == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.N != r.heard+1 || len(r.queue) > mostOutgoing {
		return
	}
	r.heard = p.N
	for _, n := range p.News {
		r.queue = append(r.queue, outgoing{p.N, n})
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// trim forgets what another replica has published.
func (r *relay) trim(published int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := 0
	for i < len(r.queue) && r.queue[i].page <= published {
		i++
	}
	r.queue = r.queue[i:]
	if r.heard < published {
		r.queue, r.heard = nil, published
	}
	r.begun++
}

// published returns the page up to which every event was accepted.
func (r *relay) published() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) > 0 {
		return r.queue[0].page - 1
	}
	return r.heard
}

// run publishes until ctx ends.
func (r *relay) run(ctx context.Context) {
	if r.b.o.Publish == nil {
		return
	}
	for pause := time.Duration(0); ; {
		err := r.drain(ctx)
		if err != nil && ctx.Err() == nil {
			pause = min(2*pause+50*time.Millisecond, time.Second)
			r.b.o.Log.WarnContext(ctx, "outbox waits", "error", err.Error())
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			continue
		}
		pause = 0
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
			r.gather(ctx)
		case <-time.After(time.Second):
		}
	}
}

// gatherFor is how long an event waits for others to be published with.
const gatherFor = 20 * time.Millisecond

// gather waits until there may be enough for one publish.
func (r *relay) gather(ctx context.Context) {
	full := time.NewTimer(gatherFor)
	defer full.Stop()
	for {
		r.mu.Lock()
		enough := len(r.queue) >= r.b.o.Published
		r.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-full.C:
			return
		case <-r.wake:
		}
	}
}

// drain publishes all there is.
func (r *relay) drain(ctx context.Context) error {
	if r.b.o.Publish == nil {
		return nil
	}
	for r.b.Leads() && ctx.Err() == nil {
		if err := r.reread(ctx); err != nil {
			return err
		}
		topic, events, begun := r.next()
		if len(events) == 0 {
			return nil
		}
		if err := r.b.o.Publish(ctx, topic, events); err != nil {
			return err
		}
		r.mu.Lock()
		if begun == r.begun {
			r.queue = r.queue[len(events):]
		}
		r.mu.Unlock()
	}
	return ctx.Err()
}

// next returns the next events that can be published together: of one topic, and
// of each subject one only. Brokers do not keep the order inside a bulk publish,
// so the next event of a subject leaves after the one before was accepted.
func (r *relay) next() (topic string, events []event.Event, begun int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	most := min(len(r.queue), r.b.o.Published)
	subjects := make(map[string]bool, most)
	events = make([]event.Event, 0, most)
	for _, o := range r.queue {
		if len(events) == 0 {
			topic = o.news.Topic
		}
		if len(events) == r.b.o.Published || o.news.Topic != topic || subjects[o.news.Event.Subject] {
			break
		}
		subjects[o.news.Event.Subject] = true
		events = append(events, o.news.Event)
	}
	return topic, events, r.begun
}

// reread hears of pages again that memory had no room for, until there is
// something to publish.
func (r *relay) reread(ctx context.Context) error {
	for head := r.b.Head(); ; {
		r.mu.Lock()
		next, empty := r.heard+1, len(r.queue) == 0
		r.mu.Unlock()
		if !empty || next > head {
			return nil
		}
		docs, err := r.b.o.Store.GetMany(ctx, []string{pageKey(next)})
		if err != nil {
			return err
		}
		p, err := openPage(r.b.o.Codec, next, docs[pageKey(next)])
		if err != nil {
			return err
		}
		r.hear(p)
	}
}
