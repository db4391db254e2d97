package ledger

import (
	"context"
	"errors"
	"time"

	"orderly/services/internal/sidecar"
)

// chore is a document or a list to be written, and since when.
type chore struct {
	cell *cell
	roll *roll
	at   time.Time
}

// key is where it is in the store.
func (c chore) key() string {
	if c.cell != nil {
		return "doc:" + c.cell.key
	}
	return listKey(c.roll.list)
}

// since is the first page of it that the store may not have; 0 when it has all.
func (c chore) since() int64 {
	if c.cell != nil {
		return c.cell.since
	}
	return c.roll.since
}

// ready reports whether it can be written without reading it first. A list is
// continued, so it cannot; a document can where no condition is needed.
func (c chore) ready(atomic bool) bool {
	if c.cell != nil {
		return atomic || c.cell.stored != unknown
	}
	return c.roll.seen
}

// batchOfChores is what one transaction writes.
type batchOfChores struct {
	ops  []sidecar.Op
	todo []chore
	pos  []int64 // the page that each is then as of
}

// Limits of one transaction: documents, more when they pile up, and bytes.
const (
	choresAtOnce = 256
	choresAtMost = 1024
	choreBytes   = 2 << 20
)

// chores takes what can be written with page n. Only who keeps house has any.
//
// In an atomic store they need no condition of their own: where the page is the
// next one, its writer knows all that was written before, and where it is not,
// nothing is written. (Nor do they want one: SQLite takes seven times as long to
// create a document as to put it.) Elsewhere each has its own.
func (b *Book) chores(n int64) batchOfChores {
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
	most, bytes := min(choresAtOnce+len(m.soon)/16, choresAtMost), 0
	for len(m.soon) > 0 && len(out.ops) < most && bytes < choreBytes {
		c := m.soon[0]
		m.soon = m.soon[1:]
		switch {
		case c.since() == 0: // written since
			continue
		case !c.ready(m.atomic):
			m.urgent = append(m.urgent, c)
			continue
		}
		ops, pos, err := c.write(m.atomic)
		if err != nil {
			b.o.Log.Error("a document cannot be written", "key", c.key(), "error", err.Error())
			c.unready()
			m.urgent = append(m.urgent, c)
			continue
		}
		for _, op := range ops {
			bytes += len(op.Value())
		}
		out.ops, out.todo, out.pos = append(out.ops, ops...), append(out.todo, c), append(out.pos, pos)
	}
	m.written = out.todo
	return out
}

// write returns the writes of a chore, and the page it is then as of.
func (c chore) write(atomic bool) ([]sidecar.Op, int64, error) {
	if r := c.roll; r != nil {
		return extend(r.list, r.head, r.pending, r.trimmed, atomic)
	}
	value := seal(c.cell.pos, c.cell.body)
	switch {
	case atomic:
		return []sidecar.Op{sidecar.Put(c.key(), value)}, c.cell.pos, nil
	case c.cell.stored == none:
		return []sidecar.Op{sidecar.Create(c.key(), value)}, c.cell.pos, nil
	}
	return []sidecar.Op{sidecar.Replace(c.cell.seen, value)}, c.cell.pos, nil
}

// unready notes that nobody knows what the store holds.
func (c chore) unready() {
	if c.cell != nil {
		c.cell.stored, c.cell.seen = unknown, sidecar.Doc{}
		return
	}
	c.roll.seen, c.roll.head = false, sidecar.Doc{}
}

// wrote notes what became of chores. What failed is read again at once.
func (b *Book) wrote(did batchOfChores, err error) {
	if len(did.todo) == 0 {
		return
	}
	m := b.m
	m.mu.Lock()
	defer m.mu.Unlock()
	m.written = nil
	for i, c := range did.todo {
		c.unready()
		if err != nil {
			m.urgent = append(m.urgent, c)
			continue
		}
		if c.roll != nil {
			c.roll.stored = max(c.roll.stored, did.pos[i])
			m.trim(c.roll)
		} else {
			m.shown(c.cell, did.pos[i])
		}
		if c.since() > 0 { // changed meanwhile
			m.enlist(chore{cell: c.cell, roll: c.roll, at: b.o.Now()})
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
		err := b.write(ctx, &page{N: n, V: pageVersion, ID: b.newPageID(), At: b.o.Now().UTC()})
		if errors.Is(err, errOther) {
			return nil // next time
		}
		return err
	}
	did := b.chores(n)
	if len(did.ops) == 0 {
		return nil
	}
	err := b.o.Store.Apply(ctx, did.ops...)
	b.wrote(did, err)
	return err
}

// When what must be read first is written: many changes of one document by then
// are one write. Later means less work, and more to read after a crash.
const (
	lateAfter = 15 * time.Second
	quiet     = 300 * time.Millisecond // nothing came for so long: all can be written
	mostLate  = 50_000                 // documents that wait so
	fetchMost = 200
)

// fetch reads documents that have to be written and makes them ready. It returns
// how many.
func (b *Book) fetch(ctx context.Context, all bool) (int, error) {
	m := b.m
	m.mu.Lock()
	now := b.o.Now()
	all = all || now.Sub(m.last) >= quiet || len(m.late) > mostLate
	m.fetch(&m.urgent, func(chore) bool { return true })
	m.fetch(&m.late, func(c chore) bool { return all || now.Sub(c.at) >= lateAfter })
	keys := make([]string, len(m.fetched))
	for i, c := range m.fetched {
		keys[i] = c.key()
	}
	m.mu.Unlock()
	if len(keys) == 0 {
		return 0, nil
	}
	docs, err := b.o.Store.GetMany(ctx, keys)
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, c := range m.fetched {
		if err != nil {
			m.urgent = append(m.urgent, c)
		} else if rerr := b.got(c, docs[keys[i]]); rerr != nil {
			b.o.Log.ErrorContext(ctx, "a document cannot be written", "key", keys[i], "error", rerr.Error())
			m.urgent = append(m.urgent, c)
		}
	}
	m.fetched = nil
	return len(keys), err
}

// fetch moves what may be read now from the front of a queue, as much as there is
// room for.
func (m *memory) fetch(queue *[]chore, may func(chore) bool) {
	for len(*queue) > 0 && len(m.fetched) < fetchMost && may((*queue)[0]) {
		c := (*queue)[0]
		*queue = (*queue)[1:]
		switch {
		case c.since() == 0: // written since
		case c.ready(m.atomic):
			m.soon = append(m.soon, c)
		default:
			m.fetched = append(m.fetched, c)
		}
	}
}

// got makes a chore ready with its document as read.
func (b *Book) got(c chore, doc sidecar.Doc) error {
	m := b.m
	if c.roll != nil {
		if _, err := readHead(doc); err != nil {
			return err
		}
		c.roll.head, c.roll.seen = doc, true
		m.soon = append(m.soon, c)
		return nil
	}
	pos, _, err := unseal(doc)
	if err != nil {
		return err
	}
	c.cell.stored = none
	if doc.Found() {
		c.cell.stored, c.cell.seen = asSeen, sidecar.Doc{Key: doc.Key, ETag: doc.ETag, Value: seenValue}
		m.shown(c.cell, pos)
	}
	if c.cell.since > 0 {
		m.soon = append(m.soon, c)
	}
	return nil
}
