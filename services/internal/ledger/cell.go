package ledger

import "orderly/services/internal/sidecar"

// cell is one document in memory.
type cell struct {
	key   string
	value any
	pos   int64  // the page it is as of
	body  []byte // what to write; nil when the store has it
	from  int64  // the first page of it that the store may not have; 0 when it has all
	group *group // that will take it to the store; nil when it goes by itself
	// What the store holds under its own key, as far as this replica knows.
	stored stored
	etag   string // when stored is asSeen
}

// stored is what is known of a document in the store.
type stored int

const (
	unknown stored = iota
	none           // there is no such document
	asSeen         // it has the ETag it was seen with
)

// seenValue stands for the value of a document of which only the ETag is kept.
var seenValue = []byte{'-'}

func docKey(key string) string { return "doc:" + key }

func (c *cell) name() string { return docKey(c.key) }
func (c *cell) since() int64 { return c.from }

func (c *cell) ready(atomic bool) bool { return atomic || c.stored != unknown }

func (c *cell) write(atomic bool) ([]sidecar.Op, int64, error) {
	value := seal(c.pos, c.body)
	switch {
	case atomic:
		return []sidecar.Op{sidecar.Put(c.name(), value)}, c.pos, nil
	case c.stored == none:
		return []sidecar.Op{sidecar.Create(c.name(), value)}, c.pos, nil
	}
	seen := sidecar.Doc{Key: c.name(), ETag: c.etag, Value: seenValue}
	return []sidecar.Op{sidecar.Replace(seen, value)}, c.pos, nil
}

func (c *cell) unready() { c.stored, c.etag = unknown, "" }

func (c *cell) wrote(m *memory, pos int64) {
	c.unready()
	m.shown(c, pos)
}

func (c *cell) failed(m *memory) []thing {
	c.unready()
	return []thing{c}
}

func (c *cell) read(m *memory, doc sidecar.Doc) error {
	pos, _, err := unseal(doc)
	if err != nil {
		return err
	}
	if c.see(doc); doc.Found() {
		m.shown(c, pos)
	}
	return nil
}

// see notes what the store holds.
func (c *cell) see(doc sidecar.Doc) {
	c.stored, c.etag = none, ""
	if doc.Found() {
		c.stored, c.etag = asSeen, doc.ETag
	}
}

func (c *cell) kept(m *memory, views int64) {
	if c.from > 0 && c.from <= views {
		c.unready()
		m.shown(c, views)
	}
}

// shown notes that the store has a document as of page pos.
func (m *memory) shown(c *cell, pos int64) {
	switch {
	case c.from == 0:
	case c.pos <= pos:
		c.from, c.body, c.group = 0, nil, nil
		m.forget(c.key)
	default:
		c.from = max(c.from, pos+1)
	}
}
