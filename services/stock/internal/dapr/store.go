// Package dapr keeps shelves and reservations in a Dapr state store, one
// document each, and tells what happened through the journal. A decision is one
// transaction, guarded by the ETags of all that it read and changes.
package dapr

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
	"orderly/services/stock/internal/stock"
)

// Journal is the list that carries the events to publish and the due times of
// holds.
const Journal = "journal"

// tries is how often a decision is made anew because others were faster.
const tries = 20

// Store implements stock.Store.
type Store struct {
	state journal.Store
	book  *journal.Book
	due   *journal.Due
	index index
	locks locks
}

// NewStore returns the store on a state store and its book.
func NewStore(state journal.Store, book *journal.Book) *Store {
	return &Store{state: state, book: book, due: journal.NewDue(book, Journal), index: index{book: book}}
}

// View returns a desk with what is wanted.
func (s *Store) View(ctx context.Context, want stock.Want) (*stock.Desk, error) {
	in, err := s.read(ctx, want)
	if err != nil {
		return nil, err
	}
	return in.desk(), nil
}

// Change decides on a desk and keeps what changed.
func (s *Store) Change(ctx context.Context, want stock.Want, decide func(*stock.Desk) error) error {
	if len(want.SKUs) == 0 {
		// Lines never change, so they can be looked up before anything is locked.
		in, err := s.read(ctx, want)
		if err != nil {
			return err
		}
		want.SKUs = in.skus()
	}
	err := journal.Again(ctx, tries, func() error { return s.attempt(ctx, want, decide) })
	if errors.Is(err, sidecar.ErrConflict) {
		return fmt.Errorf("%w: %w", stock.ErrBusy, err)
	}
	return err
}

// attempt makes one decision. The locks only keep this process from getting in
// its own way; what counts are the ETags.
func (s *Store) attempt(ctx context.Context, want stock.Want, decide func(*stock.Desk) error) error {
	defer s.locks.take(want)()
	in, err := s.read(ctx, want)
	if err != nil {
		return err
	}
	if missing := in.skus(); len(missing) > 0 {
		more, err := s.read(ctx, stock.Want{SKUs: missing})
		if err != nil {
			return err
		}
		in.add(more)
	}
	desk := in.desk()
	if err := decide(desk); err != nil {
		return err
	}
	ops, appends, err := in.writes(ctx, desk.Changes())
	if err != nil || len(ops) == 0 {
		return err
	}
	err = s.book.Commit(ctx, ops, appends...)
	if err != nil && !errors.Is(err, sidecar.ErrConflict) {
		return unavailable(err)
	}
	return err
}

// Due returns up to limit orders whose holds expire at now or before.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	ids, err := s.due.Take(ctx, now, limit)
	if err != nil {
		return nil, unavailable(err)
	}
	for i, id := range ids {
		ids[i] = strings.TrimPrefix(id, "hold:")
	}
	return ids, nil
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", stock.ErrUnavailable, err) }
