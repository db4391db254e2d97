package batch

import (
	"context"
	"fmt"
	"runtime/debug"
)

// call is one caller who waits for the answers to his items.
type call[R any] struct {
	ctx     context.Context
	results []R
	err     error
	open    int // items without an answer
	done    chan struct{}
	left    bool
}

// answer gives a call the answer to its item number at: results[i] or err.
func (c *call[R]) answer(at int, results []R, i int, err error) {
	if err != nil {
		c.err = err
	} else {
		c.results[at] = results[i]
	}
	if c.open--; c.open == 0 {
		close(c.done)
	}
}

type entry[T, R any] struct {
	call  *call[R]
	at    int // which of the call's items
	value T
}

// queue is what waits, lane by lane. A lane's items keep their order.
type queue[T, R any] struct {
	lanes   map[string]*lane[T, R] // the named ones; each item of nobody's is a lane of its own
	ring    []*lane[T, R]          // lanes that have items, whose turn is next first
	waiting int
}

type lane[T, R any] struct {
	name    string
	entries []entry[T, R]
}

// room reports whether n more items may wait in a lane. A named lane gets half
// of the queue at most: who fills it leaves room for others.
func (q *queue[T, R]) room(name string, n, most int) bool {
	if q.waiting+n > most {
		return false
	}
	if l := q.lanes[name]; l != nil {
		n += len(l.entries)
	}
	return name == "" || n <= max(most/2, 1)
}

func (q *queue[T, R]) put(name string, e entry[T, R]) {
	l := q.lanes[name]
	if l == nil {
		l = &lane[T, R]{name: name}
		q.ring = append(q.ring, l)
		if name != "" {
			q.lanes[name] = l
		}
	}
	l.entries = append(l.entries, e)
	q.waiting++
}

// take removes the next batch: one item of each lane in turn, until it is full.
func (q *queue[T, R]) take(limit int) []entry[T, R] {
	batch := make([]entry[T, R], 0, min(limit, q.waiting))
	for len(q.ring) > 0 && len(batch) < limit {
		l := q.ring[0]
		q.ring = q.ring[1:]
		e := l.entries[0]
		l.entries[0] = entry[T, R]{} // the lane may live long, what it held need not
		l.entries = l.entries[1:]
		q.waiting--
		if len(l.entries) > 0 {
			q.ring = append(q.ring, l)
		} else {
			delete(q.lanes, l.name)
		}
		if !e.call.left {
			batch = append(batch, e)
		}
	}
	return batch
}

// safely runs a batch; a panic is the answer to this batch only.
func (b *Batcher[T, R]) safely(ctx context.Context, items []T) (results []R, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if results = b.run(context.WithoutCancel(ctx), items); len(results) != len(items) {
		return nil, fmt.Errorf("%d answers to %d items", len(results), len(items))
	}
	return results, nil
}
