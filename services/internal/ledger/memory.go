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
	mu        sync.Mutex
	head      int64 // newest page known; pages count from 1
	atomic    bool  // the store writes all of a transaction or nothing
	cells     map[string]*cell
	rolls     map[string]*roll
	groups    map[string]*group    // that wait for members
	gone      map[string]time.Time // that do not any more
	together  groupCache           // stored groups
	pins      map[string]int       // documents in use: they stay
	lately    lately
	keep      func(key string) bool
	group     func(key string) string
	soon      []chore       // what can be written, the oldest first
	urgent    []chore       // what must be read before it can be written, at once
	gathering []chore       // groups, the oldest first
	late      []chore       // and what can wait, the oldest first
	swept     sweep         // of it
	written   []chore       // what is being written now
	fetched   []chore       // what is being read now
	perChore  time.Duration // what a document takes to be written
	reminded  int64         // reminders of pages up to this one may be in no roll any more
	last      time.Time     // when the newest page with anything in it came
}

func newMemory(o Options) *memory {
	m := &memory{keep: o.Keep, group: o.Group, pins: map[string]int{}}
	if m.keep == nil {
		m.keep = func(string) bool { return false }
	}
	if m.group == nil {
		m.group = func(string) string { return "" }
	}
	m.clear()
	return m
}

// clear forgets everything but what is in use.
func (m *memory) clear() {
	m.cells, m.rolls, m.groups, m.gone = map[string]*cell{}, map[string]*roll{}, map[string]*group{}, map[string]time.Time{}
	for _, q := range m.waiting() {
		*q = nil
	}
	m.together = groupCache{}
	m.lately.start(m.head)
}

// waiting returns the queues of what is neither being read nor being written.
func (m *memory) waiting() []*[]chore {
	return []*[]chore{&m.soon, &m.urgent, &m.gathering, &m.late, &m.swept.left}
}

// fresh returns which documents are known not to be there without reading them.
func (m *memory) fresh(c Change) []string {
	if c.Since == 0 {
		return c.Fresh
	}
	var sure []string
	for _, key := range c.Fresh {
		if m.group(key) != "" && c.Since <= m.head && m.lately.unwritten(key, c.Since) {
			sure = append(sure, key)
		}
	}
	return sure
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
		if m.group(d.Key) != "" {
			m.lately.add(p.N, d.Key)
		}
		if p.N <= c.pos {
			continue // read from the store, which was ahead
		}
		first := c.pos == 0 && c.stored == none
		c.value, c.body, c.pos = d.value, d.Body, p.N
		if c.from > 0 {
			continue
		}
		if c.from = p.N; !first || !m.join(c, now) {
			m.enlist(chore{c, now})
		}
	}
	for _, a := range p.Lists {
		r := m.rolls[a.List]
		if r == nil {
			r = &roll{list: a.List}
			m.rolls[a.List] = r
		}
		if r.from == 0 {
			r.from = p.N
			m.enlist(chore{r, now})
		}
		if r.add(added{p.N, a.Entries}) {
			m.urgent = append(m.urgent, chore{r, now})
		}
	}
	return true
}

// fill takes in a document as it was read, by itself and with its group, unless
// it is there already.
func (m *memory) fill(codec Codec, key string, own sidecar.Doc, together member) error {
	if m.cells[key] != nil {
		return nil
	}
	c := &cell{key: key}
	c.see(own)
	pos, body, err := newer(own, together)
	if err != nil {
		return err
	}
	if c.pos = pos; pos > 0 {
		if c.value, err = codec.Decode(key, body); err != nil {
			return err
		}
	}
	m.cells[key] = c
	return nil
}

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

// forget drops a document that the store has and nobody needs. One that is worth
// keeping stays, and any other goes for it when there are too many.
func (m *memory) forget(key string) {
	switch {
	case !m.idle(key):
	case !m.keep(key):
		delete(m.cells, key)
	case len(m.cells) > mostCells:
		looks := 8
		for other := range m.cells { // in no order
			if m.idle(other) {
				delete(m.cells, other)
				return
			}
			if looks--; looks == 0 {
				return
			}
		}
	}
}

// idle reports whether a document can be read again whenever it is needed.
func (m *memory) idle(key string) bool {
	c := m.cells[key]
	return c != nil && c.from == 0 && m.pins[key] == 0
}

// mostCells is about how many documents stay in memory because they are worth it.
const mostCells = 32_000

// views returns the page up to which the store has everything.
func (m *memory) views() int64 {
	oldest := m.head + 1
	for _, q := range append(m.waiting(), &m.fetched, &m.written) {
		for _, c := range *q {
			if since := c.since(); since > 0 {
				oldest = min(oldest, since)
			}
		}
	}
	return oldest - 1
}
