// Package stocktest is a store of shelves in memory, for tests of what stands
// on it.
package stocktest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"orderly/services/stock/internal/stock"
)

// Store implements stock.Store. Its zero value is empty.
type Store struct {
	Err error // what every call answers, when set

	mu           sync.Mutex
	shelves      map[string]stock.ShelfState
	reservations map[string]stock.ReservationState
	answers      map[stock.Reference]stock.Answer
	events       []stock.Event
}

// View returns a desk with what is wanted.
func (s *Store) View(_ context.Context, want stock.Want) (*stock.Desk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.desk(want)
}

// Change decides and keeps what changed.
func (s *Store) Change(_ context.Context, want stock.Want, decide func(*stock.Desk) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	desk, err := s.desk(want)
	if err != nil {
		return err
	}
	if err := decide(desk); err != nil {
		return err
	}
	s.keep(desk.Changes())
	return nil
}

func (s *Store) desk(want stock.Want) (*stock.Desk, error) {
	if s.Err != nil {
		return nil, s.Err
	}
	var reservations []*stock.Reservation
	for _, id := range slices.Compact(slices.Sorted(slices.Values(want.Orders))) {
		if state, ok := s.reservations[id]; ok {
			r, err := stock.OpenReservation(state)
			if err != nil {
				return nil, err
			}
			reservations = append(reservations, r)
			for _, l := range r.Lines() {
				want.SKUs = append(slices.Clip(want.SKUs), l.SKU)
			}
		}
	}
	var shelves []*stock.Shelf
	for _, sku := range slices.Compact(slices.Sorted(slices.Values(want.SKUs))) {
		if state, ok := s.shelves[sku]; ok {
			shelf, err := stock.OpenShelf(state)
			if err != nil {
				return nil, err
			}
			shelves = append(shelves, shelf)
		}
	}
	var answers []stock.Answer
	for _, ref := range want.References {
		if a, ok := s.answers[ref]; ok {
			answers = append(answers, a)
		}
	}
	return stock.NewDesk(shelves, reservations, answers), nil
}

func (s *Store) keep(c stock.Changes) {
	if s.shelves == nil {
		s.shelves, s.reservations, s.answers = map[string]stock.ShelfState{}, map[string]stock.ReservationState{}, map[stock.Reference]stock.Answer{}
	}
	for _, shelf := range c.Shelves {
		state := shelf.State()
		state.Tail = slices.Clip(state.Tail)
		s.shelves[state.SKU] = state
	}
	for _, r := range c.Reservations {
		s.reservations[r.OrderID()] = r.Kept()
	}
	for _, a := range c.Answers {
		s.answers[a.Reference] = a
	}
	s.events = append(s.events, c.Events...)
}

// Ledger returns up to limit entries after sequence after.
func (s *Store) Ledger(_ context.Context, sku string, after int64, limit int) ([]stock.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tail := s.shelves[sku].Tail
	from := min(int(after), len(tail))
	return slices.Clone(tail[from:min(from+limit, len(tail))]), s.Err
}

// SKUs returns up to limit SKUs with prefix, after after.
func (s *Store) SKUs(_ context.Context, prefix, after string, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, sku := range slices.Sorted(maps.Keys(s.shelves)) {
		if strings.HasPrefix(sku, prefix) && sku > after && len(out) < limit {
			out = append(out, sku)
		}
	}
	return out, s.Err
}

// Due returns up to limit orders whose holds expire at now or before.
func (s *Store) Due(_ context.Context, now time.Time, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, id := range slices.Sorted(maps.Keys(s.reservations)) {
		if r := s.reservations[id]; r.State == stock.Held && !r.ExpiresAt.After(now) && len(out) < limit {
			out = append(out, id)
		}
	}
	return out, s.Err
}

// Events returns the events so far as "<id> <type>", in order.
func (s *Store) Events() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, e := range s.events {
		out = append(out, fmt.Sprintf("%s.%d %s", e.Subject, e.Sequence, e.Type))
	}
	return out
}

// Judge returns what is wrong with all that is kept: every shelf adds up and is
// what its ledger says, what reservations hold is what shelves have reserved and
// sold, and the events of each subject have no gap.
func (s *Store) Judge() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	reserved, sold := map[string]int64{}, map[string]int64{}
	for _, r := range s.reservations {
		for _, l := range r.Lines {
			switch r.State { //nolint:exhaustive // the others have nothing
			case stock.Held:
				reserved[l.SKU] += l.Quantity
			case stock.Committed:
				sold[l.SKU] += l.Quantity
			}
		}
	}
	for sku, shelf := range s.shelves {
		c := shelf.Counters
		if err := c.Check(); err != nil {
			return fmt.Errorf("%s: %w", sku, err)
		}
		if replayed, err := stock.Replay(shelf.Tail); err != nil || replayed != c {
			return fmt.Errorf("%s is %+v, its ledger says %+v, %w", sku, c, replayed, err)
		}
		if c.Reserved != reserved[sku] || c.Sold != sold[sku] {
			return fmt.Errorf("%s is %+v, its reservations hold %d and bought %d", sku, c, reserved[sku], sold[sku])
		}
		for i, e := range shelf.Tail {
			if e.Sequence != int64(i)+1 {
				return fmt.Errorf("%s: entry %d has sequence %d", sku, i+1, e.Sequence)
			}
		}
	}
	last := map[string]int64{}
	for _, e := range s.events {
		if last[e.Subject]++; e.Sequence != last[e.Subject] {
			return fmt.Errorf("%s: event %d has sequence %d", e.Subject, last[e.Subject], e.Sequence)
		}
	}
	return nil
}
