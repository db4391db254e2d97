// Package stock decides about goods. Every SKU has a shelf: the product that
// lies on it, how many pieces were received, are available, reserved or sold,
// and a ledger of every change. A reservation takes pieces of several shelves
// at once or of none.
//
// At every instant and for every shelf: received = available + reserved + sold,
// none of them negative.
package stock

import "time"

// Shelf is all there is to one SKU. Its counters change only by an Entry of its
// ledger.
type Shelf struct {
	sku      string
	product  Product
	removed  bool
	counters Counters
	version  int64 // entries in the ledger
	told     int64 // events so far
	tail     []Entry
	news     []Event
	changed  bool
}

// ShelfState is a shelf as it is kept. Tail is the newest entries of the
// ledger, the last of which has sequence Version.
type ShelfState struct {
	SKU      string
	Product  ProductState
	Removed  bool
	Counters Counters
	Version  int64
	Told     int64
	Tail     []Entry
}

// OpenShelf returns the shelf that was kept as s; a broken one is refused.
func OpenShelf(s ShelfState) (*Shelf, error) {
	p, err := openProduct(s.Product)
	if err != nil {
		return nil, err
	}
	if err := s.Counters.Check(); err != nil {
		return nil, err
	}
	return &Shelf{sku: s.SKU, product: p, removed: s.Removed, counters: s.Counters, version: s.Version, told: s.Told, tail: s.Tail}, nil
}

// State returns the shelf as it is to be kept.
func (s *Shelf) State() ShelfState {
	return ShelfState{SKU: s.sku, Product: s.product.state(), Removed: s.removed, Counters: s.counters,
		Version: s.version, Told: s.told, Tail: s.tail}
}

// Product returns what lies on the shelf; false when it was removed.
func (s *Shelf) Product() (Product, bool) { return s.product, !s.removed }

// Level is the counters of one SKU after Version changes.
type Level struct {
	SKU string
	Counters
	Version int64
}

// Level returns how much there is.
func (s *Shelf) Level() Level { return Level{SKU: s.sku, Counters: s.counters, Version: s.version} }

// record is the only way a counter changes: by an entry of the ledger. An entry
// that the counters cannot take changes nothing and is an error.
func (s *Shelf) record(e Entry) error {
	after, err := s.counters.After(e)
	if err != nil {
		return err
	}
	before := s.counters.Available
	s.counters = after
	s.version++
	e.Sequence = s.version
	s.tail = append(s.tail, e)
	s.changed = true
	s.tell(before, e)
	return nil
}

// fork returns a shelf that can be changed without changing s.
func (s *Shelf) fork() *Shelf {
	c := *s
	c.tail = append([]Entry(nil), s.tail...)
	c.news = append([]Event(nil), s.news...)
	return &c
}

func (s *Shelf) revise(p Product, removed bool) {
	s.product, s.removed, s.changed = p, removed, true
}

// newShelf returns an empty shelf for a product of version 1.
func newShelf(sku string, d Details, at time.Time) *Shelf {
	return &Shelf{sku: sku, product: Product{sku: sku, details: d, version: 1, createdAt: at, updatedAt: at}, changed: true}
}
