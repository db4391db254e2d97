package ledger

import (
	"sync"
	"time"

	"orderly/services/internal/sidecar"
)

// memory is what a replica knows: every document and list that a page changed and
// the store may not show yet, and documents read for a decision. What is in it
// is right as of page head, or later. Nothing leaves it while it is being read.
type memory struct {
	mu      sync.Mutex
	head    int64 // newest page known; pages count from 1
	atomic  bool  // the store writes all of a transaction or nothing
	cells   map[string]*cell
	rolls   map[string]*roll
	pins    map[string]int // documents in use: they stay
	keep    func(key string) bool
	soon    []chore   // what can be written, the oldest first
	urgent  []chore   // what must be read before it can be written, at once
	late    []chore   // and what can wait, the oldest first
	written []chore   // what is being written now
	fetched []chore   // what is being read now
	last    time.Time // when the newest page with anything in it came
}

// cell is one document.
type cell struct {
	key   string
	value any
	pos   int64  // the page it is as of
	body  []byte // what to write; nil when the store has it
	since int64  // the first page of it that the store may not have; 0 when it has all
	// What the store holds, as far as this replica knows.
	stored stored
	seen   sidecar.Doc // when stored is as seen
}

// stored is what is known of a document in the store.
type stored int

const (
	unknown stored = iota
	none           // there is no such document
	asSeen         // it has the ETag it was seen with
)

// roll is one list: what was appended lately, and on its way to the store its
// head as it was read.
type roll struct {
	list    string
	pending []added
	since   int64 // as of a cell
	readers int   // who puts it together now: entries stay
	stored  int64 // pages whose entries the store has
	trimmed int64 // the last page whose entries are not in pending any more
	at      int64 // position of the first entry of pending, where it is known
	placed  bool  // it is
	seen    bool  // head is as read, and can be replaced
	head    sidecar.Doc
}

type added struct {
	pos     int64
	entries []Entry
}

func newMemory(keep func(string) bool) *memory {
	if keep == nil {
		keep = func(string) bool { return false }
	}
	return &memory{cells: map[string]*cell{}, rolls: map[string]*roll{}, pins: map[string]int{}, keep: keep}
}

// apply takes in the next page; any other is ignored.
func (m *memory) apply(p *page, now time.Time) bool {
	if p.N != m.head+1 {
		return false
	}
	m.head = p.N
	if len(p.Docs)+len(p.Lists)+len(p.News) > 0 {
		m.last = now
	}
	for _, d := range p.Docs {
		c := m.cells[d.Key]
		if c == nil {
			c = &cell{key: d.Key}
			if d.fresh {
				c.stored = none
			}
			m.cells[d.Key] = c
		}
		if p.N <= c.pos {
			continue // read from the store, which was ahead
		}
		c.value, c.body, c.pos = d.value, d.Body, p.N
		if c.since == 0 {
			c.since = p.N
			m.enlist(chore{cell: c, at: now})
		}
	}
	for _, a := range p.Lists {
		r := m.rolls[a.List]
		if r == nil {
			r = &roll{list: a.List}
			m.rolls[a.List] = r
		}
		r.pending = append(r.pending, added{p.N, a.Entries})
		if r.since == 0 {
			r.since = p.N
			m.enlist(chore{roll: r, at: now})
		}
	}
	return true
}

// enlist queues what is to be written. What is kept in memory changes often, so
// it waits: many changes are one write then.
func (m *memory) enlist(c chore) {
	if c.ready(m.atomic) && !(c.cell != nil && m.keep(c.cell.key)) {
		m.soon = append(m.soon, c)
	} else {
		m.late = append(m.late, c)
	}
}

// fill takes in a document as it was read, unless it is there already.
func (m *memory) fill(codec Codec, key string, doc sidecar.Doc) error {
	if m.cells[key] != nil {
		return nil
	}
	c := &cell{key: key, stored: none}
	pos, body, err := unseal(doc)
	if err != nil {
		return err
	}
	if doc.Found() {
		c.pos, c.stored = pos, asSeen
		c.seen = sidecar.Doc{Key: doc.Key, ETag: doc.ETag, Value: seenValue}
		if c.value, err = codec.Decode(key, body); err != nil {
			return err
		}
	}
	m.cells[key] = c
	return nil
}

// seenValue stands for the value of a document of which only the ETag is kept.
var seenValue = []byte{'-'}

// pin keeps documents in memory until unpin.
func (m *memory) pin(keys []string) {
	for _, k := range keys {
		m.pins[k]++
	}
}

func (m *memory) unpin(keys []string) {
	for _, k := range keys {
		if m.pins[k]--; m.pins[k] == 0 {
			delete(m.pins, k)
			m.forget(k)
		}
	}
}

// forget drops a document that the store has and nobody needs.
func (m *memory) forget(key string) {
	c := m.cells[key]
	if c != nil && c.since == 0 && m.pins[key] == 0 && (!m.keep(key) || len(m.cells) > mostCells) {
		delete(m.cells, key)
	}
}

// mostCells is how many documents stay in memory only because they are worth it.
const mostCells = 100_000

// shown notes that the store has a document as of page pos.
func (m *memory) shown(c *cell, pos int64) {
	switch {
	case c.since == 0:
	case c.pos <= pos:
		c.since, c.body = 0, nil
		m.forget(c.key)
	default:
		c.since = max(c.since, pos+1)
	}
}

// trim drops what the store has of a list, unless somebody is reading it.
func (m *memory) trim(r *roll) {
	if r.readers > 0 {
		return
	}
	i := 0
	for i < len(r.pending) && r.pending[i].pos <= r.stored {
		r.trimmed = r.pending[i].pos
		r.at += int64(len(r.pending[i].entries))
		i++
	}
	r.pending = r.pending[i:]
	switch {
	case len(r.pending) == 0:
		r.since = 0
		if !r.seen && m.rolls[r.list] == r { // a chore may know one that was forgotten before
			delete(m.rolls, r.list)
		}
	default:
		r.since = r.pending[0].pos
	}
}

// views returns the page up to which the store has everything.
func (m *memory) views() int64 {
	oldest := m.head + 1
	for _, q := range [][]chore{m.soon, m.urgent, m.late, m.fetched, m.written} {
		for _, c := range q {
			if since := c.since(); since > 0 {
				oldest = min(oldest, since)
			}
		}
	}
	return oldest - 1
}
