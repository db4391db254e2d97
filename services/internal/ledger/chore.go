package ledger

import (
	"context"
	"errors"
	"time"

	"orderly/services/internal/sidecar"
)

// thing is what has to be written: a document, a group of new ones, or a list.
type thing interface {
	name() string                                               // its key in the store
	since() int64                                               // the first page of it that the store may not have; 0 when it has all
	ready(atomic bool) bool                                     // it can be written without reading it first
	write(atomic bool) (ops []sidecar.Op, pos int64, err error) // pos is the page it is then as of; 0 when more is to follow
	wrote(m *memory, pos int64)
	failed(m *memory) []thing // nobody knows what the store holds; what to write instead
	unready()
	read(m *memory, doc sidecar.Doc) error // as the store has it
	kept(m *memory, views int64)           // another replica has written all up to views
}

// chore is a thing to be written, and since when.
type chore struct {
	thing
	at time.Time
}

// enlist queues what is to be written. What is kept in memory changes often, so
// it waits: many changes are one write then.
func (m *memory) enlist(c chore) {
	often, ok := c.thing.(*cell)
	if wait := ok && m.keep(often.key); wait || !c.ready(m.atomic) {
		m.late = append(m.late, c)
	} else {
		m.soon = append(m.soon, c)
	}
}

// batchOfChores is what one transaction writes.
type batchOfChores struct {
	ops  []sidecar.Op
	todo []chore
	pos  []int64 // the page that each is then as of

	began time.Time // when it was handed out, to be written at once
}

// Limits of one transaction: documents, more when they pile up, as many as a store
// of this speed takes in choreTime, and bytes. Where somebody waits for the page it
// takes few along.
const (
	choresAlong  = 32
	choresAlone  = 96
	choresAtMost = 1024
	choreTime    = 150 * time.Millisecond
	choreBytes   = 2 << 20
)

// chores takes what can be written with page n, about some. Only who keeps house
// has any.
//
// In an atomic store they need no condition of their own: where the page is the
// next one, its writer knows all that was written before, and where it is not,
// nothing is written. (Nor do they want one: SQLite takes seven times as long to
// create a document as to put it.) Elsewhere each has its own.
func (b *Book) chores(n int64, some int) batchOfChores {
	var out batchOfChores
	if !b.leads.Load() {
		return out
	}
	m := b.m
	m.mu.Lock()
	defer m.mu.Unlock()
	if n != m.head+1 {
		return out
	}
	most, bytes := min(some+len(m.soon)/16, m.affords(some), choresAtMost), 0
	taken := make(map[thing]bool, min(most, len(m.soon)))
	for len(m.soon) > 0 && len(out.ops) < most && bytes < choreBytes {
		c := pop(&m.soon)
		switch {
		case c.since() == 0: // written since
			continue
		case taken[c.thing]: // a list that grew fast has several turns, and twice in one transaction never fits
			continue
		case !c.ready(m.atomic):
			m.urgent = append(m.urgent, c)
			continue
		}
		ops, pos, err := c.write(m.atomic)
		if err != nil {
			b.o.Log.Error("a document cannot be written", "key", c.name(), "error", err.Error())
			m.again(c)
			continue
		}
		if g, ok := c.thing.(*group); ok {
			m.leave(g, b.o.Now())
		}
		for _, op := range ops {
			bytes += len(op.Value())
		}
		taken[c.thing] = true
		out.ops, out.todo, out.pos = append(out.ops, ops...), append(out.todo, c), append(out.pos, pos)
	}
	m.written, out.began = out.todo, b.o.Now()
	return out
}

// affords returns how many documents one transaction may write, some at least.
func (m *memory) affords(some int) int {
	if m.perChore == 0 {
		return choresAtMost
	}
	return max(some, int(choreTime/m.perChore))
}

// took notes how long a transaction of so many documents took, the last ones
// counting most. Of a few the way there and back says more than the store.
func (m *memory) took(n int, d time.Duration) {
	if n >= choresAlong {
		m.perChore = (3*m.perChore + d/time.Duration(n)) / 4
	}
}

// again queues what could not be written, to be read at once.
func (m *memory) again(c chore) {
	for _, t := range c.failed(m) {
		m.urgent = append(m.urgent, chore{t, c.at})
	}
}

// wrote notes what became of chores.
func (b *Book) wrote(did batchOfChores, err error) {
	if len(did.todo) == 0 {
		return
	}
	m := b.m
	m.mu.Lock()
	defer m.mu.Unlock()
	m.written = nil
	m.took(len(did.ops), b.o.Now().Sub(did.began))
	for i, c := range did.todo {
		if err != nil {
			m.again(c)
			continue
		}
		c.wrote(m, did.pos[i])
		if _, together := c.thing.(*group); !together && c.since() > 0 { // changed meanwhile
			m.enlist(chore{c.thing, b.o.Now()})
		}
	}
}

// isChores reports whether a batch asks for nothing but chores.
func isChores(changes []Change) bool {
	for _, c := range changes {
		if c.Decide != nil {
			return false
		}
	}
	return true
}

// tidy writes chores when there is no page to write them with: with an empty
// page where they need one.
func (b *Book) tidy(ctx context.Context) error {
	b.m.mu.Lock()
	n, atomic, some := b.m.head+1, b.m.atomic, len(b.m.soon) > 0
	b.m.mu.Unlock()
	if atomic && some {
		err := b.write(ctx, &page{N: n, V: pageVersion, ID: b.newPageID(), At: b.o.Now().UTC()}, choresAlone)
		if errors.Is(err, errOther) {
			return nil // next time
		}
		return err
	}
	did := b.chores(n, choresAlone)
	if len(did.ops) == 0 {
		return nil
	}
	err := b.o.Store.Apply(ctx, did.ops...)
	b.wrote(did, err)
	if errors.Is(err, sidecar.ErrConflict) {
		return nil // what was not as it seemed is read now
	}
	return err
}
