package ledger

import "sync"

// relay is the outbox: it publishes the events of pages in their order, at least
// once. Only the replica that keeps house does.
type relay struct {
	b *Book

	mu     sync.Mutex
	queue  []outgoing // of pages up to heard, the oldest first
	heard  int64
	begun  int // counts starts
	atMost int // events of the next publish, after one that failed; 0 is no limit but the set one
	wake   chan struct{}
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
