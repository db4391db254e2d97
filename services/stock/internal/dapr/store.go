// Package dapr keeps shelves, products, reservations and first answers as
// documents of a ledger, and in its lists what happened to each SKU. A decision
// is one change of the ledger.
package dapr

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// Store implements stock.Store.
type Store struct {
	book  *ledger.Book
	most  func() int
	lowAt func() int64
	due   *ledger.Due
	index index
}

// NewStore returns the store of a book with this package's Codec. It hands over
// at most most decisions at once: more than may wait would never find room. lowAt
// is for the desks.
func NewStore(book *ledger.Book, most func() int, lowAt func() int64) *Store {
	return &Store{book: book, most: most, lowAt: lowAt, due: ledger.NewDue(book, holdKey, dueAt), index: index{book: book}}
}

// View shows a desk.
func (s *Store) View(ctx context.Context, want stock.Want, look func(*stock.Desk) error) error {
	return s.book.View(ctx, keysOf(want), func(t *ledger.Txn) error { return look(stock.NewDesk(kept{t}, 0)) })
}

// Change makes decisions, each as a change of its own: many in one would save
// little (a few percent), and could take more than a page should hold.
func (s *Store) Change(ctx context.Context, decisions ...stock.Decision) []error {
	changes, lowAt := make([]ledger.Change, len(decisions)), s.lowAt()
	for i, d := range decisions {
		changes[i] = ledger.Change{Keys: keysOf(d.Want), Fresh: newKeys(d.Want), Since: d.Want.NewSince, Decide: func(t *ledger.Txn) error {
			desk := stock.NewDesk(kept{t}, lowAt)
			if err := d.Decide(desk); err != nil {
				return err
			}
			return write(traced(ctx, d.Trace), t, desk.Changes())
		}}
	}
	errs := make([]error, 0, len(changes))
	for some := range slices.Chunk(changes, max(s.most(), 1)) {
		errs = append(errs, s.book.ChangeAll(ctx, some)...)
	}
	return errs
}

// traced is ctx with another trace, if one is given that can be read.
func traced(ctx context.Context, parent string) context.Context {
	if parent == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
}

// Version is the newest page of the ledger.
func (s *Store) Version() int64 { return s.book.Head() }

// Ledger returns up to limit entries of a SKU's ledger after sequence after.
func (s *Store) Ledger(ctx context.Context, sku string, after int64, limit int) ([]stock.Entry, error) {
	lines, err := s.book.Read(ctx, ledgerList(sku), after, limit)
	if err != nil {
		return nil, err
	}
	entries := make([]stock.Entry, len(lines))
	for i, line := range lines {
		if entries[i], err = readEntry(line); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Due returns up to limit orders whose holds expire at now or before.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return s.due.Take(ctx, now, limit)
}

// dueAt says when a reservation lapses, zero when it cannot.
func dueAt(_ string, value any) time.Time {
	if r, ok := value.(*stock.Reservation); ok && r.State() == stock.Held {
		return r.ExpiresAt()
	}
	return time.Time{}
}
