package ledger

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"orderly/services/internal/batch"
	"orderly/services/internal/problem"
)

// Book is the documents and lists of one store, as this replica knows them.
type Book struct {
	o      Options
	m      *memory
	writer *batch.Batcher[Change, error]
	relay  *relay
	index  *index
	pages  atomic.Int64 // written by this process: part of their ids
	born   string       // tells this process from an earlier one of the same name

	opening gate
	opened  atomic.Bool
	leads   atomic.Bool
	foreign atomic.Int64 // when a page of another replica was last seen, in Unix ms
	due     dueCursors

	watch   sync.Mutex
	changed chan struct{}
}

// Open returns the book; nothing is read before the first use.
func Open(o Options) *Book {
	o.Store = packed{o.Store}
	b := &Book{o: o, m: newMemory(o), opening: newGate(), changed: make(chan struct{}), born: newBirth()}
	b.writer = batch.New(batch.Options{Limits: o.batch}, b.flush)
	b.relay = newRelay(b)
	b.index = newIndex(b)
	return b
}

// Change has one decision made and returns when what it wrote is kept. The error
// is Decide's own (then nothing is written); batch.ErrFull; or a problem 503, and
// then nobody knows yet whether it is kept: ask again.
//
// Decide only computes, and fast: it runs alone, holding up everybody else, and
// may run again when another replica was first.
func (b *Book) Change(ctx context.Context, c Change) error {
	result, err := b.writer.Do(ctx, c.Lane, c)
	return answer(ctx, result, err)
}

// ChangeAll is Change for many, each decided on its own, in their order, whatever
// their lanes. It waits for room: who has so many has limits of his own.
func (b *Book) ChangeAll(ctx context.Context, changes []Change) []error {
	if len(changes) == 0 {
		return nil
	}
	defer b.fetchAhead(ctx, changes)()
	results, err := b.writer.DoAll(ctx, "", changes)
	for giveUp := time.Now().Add(flushTime); errors.Is(err, batch.ErrFull) && time.Now().Before(giveUp); {
		select {
		case <-ctx.Done():
			giveUp = time.Time{}
		case <-time.After(2 * time.Millisecond):
			results, err = b.writer.DoAll(ctx, "", changes)
		}
	}
	if err != nil {
		results = make([]error, len(changes))
	}
	for i := range results {
		results[i] = answer(ctx, results[i], err)
	}
	return results
}

// Waiting returns how many changes wait for their page.
func (b *Book) Waiting() int { return b.writer.Waiting() }

// Pin keeps documents in memory until release: who changes them again soon need not
// have them read.
func (b *Book) Pin(keys ...string) (release func()) {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	b.m.pin(keys)
	return func() {
		b.m.mu.Lock()
		defer b.m.mu.Unlock()
		b.m.unpin(keys)
	}
}

// fetchAhead reads what changes will ask for while the page before is being
// written, and has it stay until they are decided.
func (b *Book) fetchAhead(ctx context.Context, changes []Change) (release func()) {
	keys := wanted(changes)
	release = b.Pin(keys...)
	if b.open(ctx) == nil {
		_ = b.load(ctx, keys, false) // who decides will say what is wrong
	}
	return release
}

// answer is what a caller is told: an error of the batch, or else its own.
func answer(ctx context.Context, own, all error) error {
	if all != nil && ctx.Err() != nil && errors.Is(all, ctx.Err()) {
		return Unavailable(all) // it may be kept yet
	}
	if all != nil {
		return all
	}
	return own
}

// Unavailable is the problem of a store that cannot be read or written now. It
// is worth asking again, and safe for whoever sends an idempotency key.
func Unavailable(cause error) error {
	if p, ok := errors.AsType[*problem.Problem](cause); ok {
		return p
	}
	return problem.New(http.StatusServiceUnavailable, "store-unavailable", "The store does not answer. Send the same request again.").
		After(time.Second).Because(cause)
}

// View shows look the documents it asks for as they are now, whichever replica
// wrote them. keys, which it will ask for, are read at once; look may run again
// when it asks for others.
func (b *Book) View(ctx context.Context, keys []string, look func(t *Txn) error) error {
	if err := b.open(ctx); err != nil {
		return err
	}
	for {
		b.m.mu.Lock()
		b.m.pin(keys)
		b.m.mu.Unlock()
		missing, err := b.look(ctx, keys, look)
		b.m.mu.Lock()
		b.m.unpin(keys)
		b.m.mu.Unlock()
		if len(missing) == 0 {
			return err
		}
		for key := range missing {
			keys = append(keys[:len(keys):len(keys)], key)
		}
	}
}

func (b *Book) look(ctx context.Context, keys []string, look func(t *Txn) error) (missing map[string]bool, err error) {
	if err := b.load(ctx, keys, true); err != nil {
		return nil, err
	}
	t := &Txn{m: b.m, missing: map[string]bool{}}
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	err = look(t)
	return t.missing, err
}

// Changed returns a channel that is closed when this replica learns of a new
// page, its own or another's.
func (b *Book) Changed() <-chan struct{} {
	b.watch.Lock()
	defer b.watch.Unlock()
	return b.changed
}

// Leads reports whether this replica is the one that keeps house.
func (b *Book) Leads() bool { return b.leads.Load() }

// take applies a page and tells everybody.
func (b *Book) take(p *page) {
	b.m.mu.Lock()
	next := b.m.apply(p, b.o.Now())
	if next {
		b.relay.hear(p)
		b.index.hear(p)
		b.due.hear(p)
	}
	b.m.mu.Unlock()
	if !next {
		return
	}
	b.watch.Lock()
	close(b.changed)
	b.changed = make(chan struct{})
	b.watch.Unlock()
}
