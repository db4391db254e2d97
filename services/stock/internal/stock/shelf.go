// Package stock decides about goods. Every SKU has a shelf: how many pieces
// were received, are available, reserved or sold, and a ledger of every change.
// A reservation takes pieces of several shelves at once or of none.
//
// At every instant and for every shelf: received = available + reserved + sold,
// none of them negative.
package stock

import (
	"cmp"
	"errors"
)

// Shelf is how much there is of one SKU, and what of its product counts when
// goods move. A Shelf never changes: each entry of its ledger makes the next one.
type Shelf struct {
	sku        string
	price      Money
	lowStockAt int64
	removed    bool // the product is; its shelf stays
	counters   Counters
	version    int64 // entries in the ledger
	told       int64 // events so far
}

// ShelfState is a shelf as it is kept.
type ShelfState struct {
	SKU        string
	Amount     int64
	Currency   string
	LowStockAt int64
	Removed    bool
	Counters   Counters
	Version    int64
	Told       int64
}

// OpenShelf returns the shelf that was kept as s; a broken one is refused.
func OpenShelf(s ShelfState) (*Shelf, error) {
	price, err := NewMoney(s.Amount, s.Currency)
	if err != nil {
		return nil, err
	}
	if s.Version < 0 || s.Told < 0 || s.LowStockAt < 0 {
		return nil, errors.New("what counts up is below zero")
	}
	return &Shelf{s.SKU, price, s.LowStockAt, s.Removed, s.Counters, s.Version, s.Told}, s.Counters.Check()
}

// State returns the shelf as it is to be kept.
func (s *Shelf) State() ShelfState {
	return ShelfState{s.sku, s.price.amount, s.price.currency, s.lowStockAt, s.removed, s.counters, s.version, s.told}
}

// Level is the counters of one SKU after Version changes.
type Level struct {
	SKU string
	Counters
	Version int64
}

// Level returns how much there is.
func (s *Shelf) Level() Level { return Level{SKU: s.sku, Counters: s.counters, Version: s.version} }

// after returns the shelf after the next entry of its ledger, and what is to be
// told of it: that it is low, at its product's own mark or else at lowAt. An entry
// that the counters cannot take is an error.
func (s *Shelf) after(e Entry, lowAt int64) (*Shelf, []Event, error) {
	counters, err := s.counters.After(e)
	if err != nil {
		return nil, nil, err
	}
	next := *s
	next.counters = counters
	next.version++
	news := next.tell(s.counters.Available, cmp.Or(s.lowStockAt, lowAt), e)
	return &next, news, nil
}

// of returns the shelf of a product that is new or has changed.
func (s *Shelf) of(p *Product) *Shelf {
	next := Shelf{sku: p.sku}
	if s != nil {
		next = *s
	}
	next.price, next.lowStockAt, next.removed = p.details.unitPrice, p.details.lowStockAt, p.removed
	return &next
}
