// Package dapr is the back door of order: its store, its outbox and its calls
// to stock, through the sidecar.
package dapr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/order/internal/order"
)

// Names that are the same in every component set.
const (
	StateStore = "order-state"
	PubSub     = "pubsub"
	Topic      = "orders"
	Journal    = "journal" // list of every event, in the order they were made
	created    = "orders"  // list of every order, oldest first
)

// Store keeps each order as one document. Its events enter the journal in the
// same transaction, so that an order and what it publishes cannot part.
type Store struct {
	state journal.Store
	book  *journal.Book
	due   *journal.Due
	log   *slog.Logger
	count func(event string)
}

// NewStore returns the store; count is told the type of every event kept.
func NewStore(state journal.Store, log *slog.Logger, count func(event string)) *Store {
	book := journal.NewBook(state)
	return &Store{state: state, book: book, due: journal.NewDue(book, Journal), log: log, count: count}
}

// Book is the store's journal, for the relay.
func (s *Store) Book() *journal.Book { return s.book }

func key(id string) string { return "order:" + id }

// Get returns an order, or order.ErrNotFound.
func (s *Store) Get(ctx context.Context, id string) (order.Order, error) {
	_, o, err := s.load(ctx, id)
	return o, err
}

func (s *Store) load(ctx context.Context, id string) (sidecar.Doc, order.Order, error) {
	doc, err := s.state.Get(ctx, key(id))
	if err != nil {
		return doc, order.Order{}, err
	}
	if !doc.Found() {
		return doc, order.Order{}, order.ErrNotFound
	}
	o, err := decode(id, doc.Value)
	return doc, o, err
}

// Create keeps a new order, or returns order.ErrExists.
func (s *Store) Create(ctx context.Context, o order.Order) error {
	return again(ctx, func() error {
		err := s.save(ctx, sidecar.Doc{Key: key(o.ID())}, o, 0)
		if errors.Is(err, sidecar.ErrConflict) {
			if _, _, found := s.load(ctx, o.ID()); !errors.Is(found, order.ErrNotFound) {
				return errors.Join(order.ErrExists, found)
			}
		}
		return err
	})
}

// Update loads, changes and saves an order; see order.Store.
func (s *Store) Update(ctx context.Context, id string, change func(order.Order) (order.Order, error)) (order.Order, error) {
	var saved order.Order
	err := again(ctx, func() error {
		doc, was, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		if saved, err = change(was); err != nil || saved.Version() == was.Version() {
			return err
		}
		return s.save(ctx, doc, saved, was.Version())
	})
	return saved, err
}

// save writes an order and the journal entries of its events after version.
func (s *Store) save(ctx context.Context, seen sidecar.Doc, o order.Order, version int64) error {
	o, err := stamp(o, version, telemetry.TraceID(ctx))
	if err != nil {
		return err
	}
	value, err := encode(o)
	if err != nil {
		return err
	}
	appends, err := entries(ctx, o, version)
	if err != nil {
		return err
	}
	if err := s.book.Commit(ctx, []sidecar.Op{sidecar.Replace(seen, value)}, appends...); err != nil {
		return err
	}
	for _, e := range o.Since(version) {
		s.count(string(e.Type))
		s.log.InfoContext(ctx, string(e.Type), "order_id", o.ID(), "sequence", e.Sequence, "status", string(o.Status()))
	}
	return nil
}

// entries are what the journal is told of the events after version.
func entries(ctx context.Context, o order.Order, version int64) ([]journal.Append, error) {
	var out []journal.Entry
	for _, e := range o.Since(version) {
		ce, err := event.New(ctx, "/orders", string(e.Type), o.ID(), e.Sequence, e.At, e.Data)
		if err != nil {
			return nil, err
		}
		out = append(out, journal.Entry{ID: o.ID(), At: e.At, Due: due(e), Topic: Topic, Event: &ce})
	}
	appends := []journal.Append{{List: Journal, Entries: out}}
	if version == 0 {
		first := []journal.Entry{{ID: o.ID(), At: o.CreatedAt()}}
		appends = append(appends, journal.Append{List: created, Entries: first}, journal.Append{List: ofCustomer(o.CustomerID()), Entries: first})
	}
	return appends, nil
}

func ofCustomer(id string) string { return "customer:" + id }

// due is when an order asks for work after e: a pending one soon, to be
// settled; a confirmed one when its payment is overdue.
func due(e order.Event) *time.Time {
	switch e.Data.Status { //nolint:exhaustive // the others wait for nobody
	case order.Pending:
		t := e.At.Add(time.Second)
		return &t
	case order.Confirmed:
		return e.Data.ExpiresAt
	}
	return nil
}

// Due returns the orders that ask for work.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return s.due.Take(ctx, now, limit)
}

// tries bounds how often a lost race is run again.
const tries = 30

// again runs once until it meets no other writer.
func again(ctx context.Context, once func() error) error {
	err := journal.Again(ctx, tries, once)
	if errors.Is(err, sidecar.ErrConflict) {
		return fmt.Errorf("%w: %w", order.ErrBusy, err)
	}
	return err
}
