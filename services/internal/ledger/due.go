package ledger

import (
	"container/heap"
	"context"
	"math"
	"strconv"
	"time"
)

// A reminder is an entry of the list of the second in which it has come due.

const duePrefix = "due:"

// bucketOf returns the first whole second at which t has passed.
func bucketOf(t time.Time) int64 { return t.Unix() + 1 }

func dueList(bucket int64) string { return duePrefix + strconv.FormatInt(bucket, 10) }

// Due finds what has come due: ids that a Txn was reminded of.
type Due struct {
	b   *Book
	key func(string) string
	c   *dueCursor
	one gate
}

// NewDue returns due work of a book. key names the document of an id, and due says
// of its value when it asks for work next; zero when no longer. So a reminder is
// only a hint: what was settled meanwhile is not found. Who gives work another time
// reminds again. A book that has work of kinds that must not wait for each other has
// a Due for each: all read the same reminders, at their own pace, and reminders are
// kept until the last has read them. So each has to be asked.
func NewDue(book *Book, key func(id string) string, due func(id string, value any) time.Time) *Due {
	return &Due{b: book, key: key, c: book.due.add(due), one: newGate()}
}

const (
	mostOpen       = 10_000  // ids that are due and were not handed out yet
	mostHandedOut  = 100_000 // and with those that were
	bucketsAtOnce  = 300
	bucketsPerTake = 3000
	askAtOnce      = 500 // documents read at once
)

// Take returns up to limit ids that are due at now, the longest due first; none
// in a replica that does not keep house. They stay due until their documents say
// otherwise: what was handed out and not settled is handed out again, from the
// next second on and behind what waits.
func (d *Due) Take(ctx context.Context, now time.Time, limit int) ([]string, error) {
	if err := d.one.enter(ctx); err != nil {
		return nil, err
	}
	defer d.one.leave()
	if !d.b.Leads() {
		return nil, nil
	}
	var out []string
	for range bucketsPerTake / bucketsAtOnce {
		more, err := d.collect(ctx, now)
		if err != nil {
			return nil, err
		}
		for len(out) < limit {
			some := d.c.pop(now.Unix(), min(limit-len(out), askAtOnce))
			if len(some) == 0 {
				break
			}
			still, err := d.ask(ctx, now, some)
			if err != nil {
				return nil, err
			}
			out = append(out, still...)
		}
		if !more || len(out) == limit {
			break
		}
	}
	return out, nil
}

// Later has Take leave out ids that it returned, until then. That is forgotten when
// another replica takes over.
func (d *Due) Later(ids []string, until time.Time) {
	c := d.c
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if it := c.open[id]; it != nil && it.place >= 0 {
			it.at = bucketOf(until)
			heap.Fix(&c.turns, it.place)
		}
	}
}

// collect reads reminders that came due since, and reports whether there may be more.
func (d *Due) collect(ctx context.Context, now time.Time) (more bool, err error) {
	c := d.c
	c.mu.Lock()
	from, to := c.next, min(c.next+bucketsAtOnce, now.Unix()+1)
	if from == 0 || from >= to || c.full() {
		c.mu.Unlock()
		return false, nil
	}
	c.next, c.read = to, from // what is appended behind takes next back
	c.mu.Unlock()
	err = d.read(ctx, from, to)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = 0
	if err != nil {
		c.next = min(c.next, from)
	}
	return c.next <= now.Unix(), err
}

func (d *Due) read(ctx context.Context, from, to int64) error {
	var lists []string
	for bucket := from; bucket < to; bucket++ {
		lists = append(lists, dueList(bucket))
	}
	heads, err := d.b.heads(ctx, lists)
	if err != nil {
		return err
	}
	for bucket := from; bucket < to; bucket++ {
		h := heads[dueList(bucket)]
		if h.end() == 0 {
			continue
		}
		var entries []Entry
		if h.Base > 0 {
			entries, err = d.b.Read(ctx, dueList(bucket), 0, math.MaxInt32)
		} else {
			entries, err = h.Entries.entries()
		}
		if err != nil {
			return err
		}
		d.c.mu.Lock()
		for _, e := range entries {
			d.c.add(e.ID, d.key(e.ID), bucket)
		}
		d.c.mu.Unlock()
	}
	return nil
}

// ask returns which ids are due yet, and forgets those that are settled, or that a
// reminder not read yet will bring back. One that is due later although its
// second was read stays: a clock was set back.
func (d *Due) ask(ctx context.Context, now time.Time, some []*dueItem) ([]string, error) {
	keys := make([]string, len(some))
	for i, it := range some {
		keys[i] = it.key
	}
	dues := make([]time.Time, len(some))
	err := d.b.View(ctx, keys, func(t *Txn) error {
		for i, it := range some {
			dues[i] = d.c.due(it.id, t.Get(it.key))
		}
		return nil
	})
	c := d.c
	c.mu.Lock()
	defer c.mu.Unlock()
	var still []string
	for i, it := range some {
		switch at := dues[i]; {
		case err != nil:
			c.push(it, it.at)
		case c.over(at, now):
			c.drop(it)
		case at.After(now):
			c.push(it, bucketOf(at))
		default:
			still = append(still, it.id)
			c.hand(it, now)
		}
	}
	return still, err
}
