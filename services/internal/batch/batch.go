// Package batch forms batches without delay: while one is worked on, the next
// gathers. A lone call is a batch of one and waits for nothing.
//
// This is group commit as databases do it (Gray and Reuter, "Transaction
// Processing", 1993, 10.3.6), for any kind of work.
package batch

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"orderly/services/internal/problem"
)

// ErrFull says that too much is waiting already: come back later.
var ErrFull = problem.New(http.StatusTooManyRequests, "too-many-requests",
	"Too many requests are waiting. Send the same request again after the time in Retry-After.").After(time.Second)

// Limits of a Batcher may change while it works.
type Limits struct {
	Batch   int // most items of one batch; 256 if zero
	Waiting int // most items that wait, half of it for one lane; 4096 if zero
}

// Options say how a Batcher works.
type Options struct {
	Limits  func() Limits // asked for each batch and each call; nil is those of zero
	Workers int           // batches worked on at once; 1 if zero
	Crowd   int           // how many must wait for a further batch to begin beside another; 1 if zero
}

func (o Options) normal() Options {
	limits := o.Limits
	o.Limits = func() Limits {
		var l Limits
		if limits != nil {
			l = limits()
		}
		return Limits{cmp.Or(l.Batch, 256), cmp.Or(l.Waiting, 4096)}
	}
	o.Workers, o.Crowd = cmp.Or(o.Workers, 1), cmp.Or(o.Crowd, 1)
	return o
}

// Batcher gathers items of type T and answers each with an R.
type Batcher[T, R any] struct {
	o   Options
	run func(context.Context, []T) []R

	mu      sync.Mutex
	queue   queue[T, R]
	working int
}

// New returns a Batcher. run works on a batch and answers its items in their
// order. Its context is of the batch's first caller, but for its end: nobody who
// leaves takes the batch with him.
func New[T, R any](o Options, run func(ctx context.Context, items []T) []R) *Batcher[T, R] {
	return &Batcher[T, R]{o: o.normal(), run: run, queue: queue[T, R]{lanes: map[string]*lane[T, R]{}}}
}

// Do has one item worked on and returns its answer. Lanes take turns, item by
// item, when more is waiting than one batch takes; in the lane "", which is
// nobody's and may fill the queue, each item takes a turn of its own. The error
// is ErrFull, that of ctx when it ended first (the item may be worked on yet if
// it was begun), or what run panicked with.
func (b *Batcher[T, R]) Do(ctx context.Context, lane string, item T) (R, error) {
	results, err := b.DoAll(ctx, lane, []T{item})
	if err != nil {
		var none R
		return none, err
	}
	return results[0], nil
}

// DoAll is Do for items that come together: either all find room or none, and
// more than a lane may hold never do. They may be split over batches; an error
// of one is the error of all.
func (b *Batcher[T, R]) DoAll(ctx context.Context, lane string, items []T) ([]R, error) {
	if len(items) == 0 || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	c := &call[R]{ctx: ctx, results: make([]R, len(items)), open: len(items), done: make(chan struct{})}
	b.mu.Lock()
	if !b.queue.room(lane, len(items), b.o.Limits().Waiting) {
		b.mu.Unlock()
		return nil, ErrFull
	}
	for i, it := range items {
		b.queue.put(lane, entry[T, R]{c, i, it})
	}
	if b.working < b.o.Workers && b.worthwhile() {
		b.working++
		go b.work()
	}
	b.mu.Unlock()
	select {
	case <-c.done:
		return c.results, c.err
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		if c.open == 0 {
			return c.results, c.err
		}
		c.left = true // what has not begun never will
		return nil, ctx.Err()
	}
}

// Waiting returns how many items wait now.
func (b *Batcher[T, R]) Waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.queue.waiting
}

// worthwhile reports whether a batch may begin: the first at once, any other when
// it is large enough.
func (b *Batcher[T, R]) worthwhile() bool {
	return b.working == 0 || b.queue.waiting >= b.o.Crowd
}

// work runs batches until nothing waits, or others will do.
func (b *Batcher[T, R]) work() {
	for {
		b.mu.Lock()
		b.working--
		var batch []entry[T, R]
		if b.worthwhile() {
			batch = b.queue.take(b.o.Limits().Batch)
		}
		if len(batch) == 0 {
			b.mu.Unlock()
			return
		}
		b.working++
		b.mu.Unlock()
		items := make([]T, len(batch))
		for i, e := range batch {
			items[i] = e.value
		}
		results, err := b.safely(batch[0].call.ctx, items)
		b.mu.Lock()
		for i, e := range batch {
			e.call.answer(e.at, results, i, err)
		}
		b.mu.Unlock()
	}
}
