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

	LowAt int64 // for the desks

	mu      sync.Mutex
	kept    kept
	ledgers map[string][]stock.Entry
	events  []stock.Event
}

// kept implements stock.Kept. It keeps states and opens them for each look, so
// that a decision that changes what it was shown is found out.
type kept struct {
	shelves      map[string]stock.ShelfState
	products     map[string]stock.ProductState
	reservations map[string]stock.ReservationState
	answers      map[stock.Reference]stock.Answer
}

func (k kept) Shelf(sku string) *stock.Shelf     { return opened(k.shelves, sku, stock.OpenShelf) }
func (k kept) Product(sku string) *stock.Product { return opened(k.products, sku, stock.OpenProduct) }
func (k kept) Answer(r stock.Reference) *stock.Answer {
	return opened(k.answers, r, func(a stock.Answer) (*stock.Answer, error) { return &a, nil })
}

func (k kept) Reservation(orderID string) *stock.Reservation {
	return opened(k.reservations, orderID, stock.OpenReservation)
}

func opened[K comparable, S, T any](states map[K]S, key K, open func(S) (*T, error)) *T {
	s, ok := states[key]
	if !ok {
		return nil
	}
	it, err := open(s)
	if err != nil {
		panic(err) // it was kept by the core itself
	}
	return it
}

// View shows a desk.
func (s *Store) View(_ context.Context, _ stock.Want, look func(*stock.Desk) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Err != nil {
		return s.Err
	}
	return look(stock.NewDesk(s.kept, s.LowAt))
}

// Version is 0: nobody is told one.
func (s *Store) Version() int64 { return 0 }

// Change makes decisions and keeps what they changed.
func (s *Store) Change(_ context.Context, decisions ...stock.Decision) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := make([]error, len(decisions))
	for i, d := range decisions {
		desk := stock.NewDesk(s.kept, s.LowAt)
		if errs[i] = s.Err; s.Err == nil {
			errs[i] = d.Decide(desk)
		}
		if errs[i] == nil {
			s.keep(desk.Changes())
		}
	}
	return errs
}

func (s *Store) keep(c stock.Changes) {
	if s.ledgers == nil {
		s.kept = kept{map[string]stock.ShelfState{}, map[string]stock.ProductState{}, map[string]stock.ReservationState{}, map[stock.Reference]stock.Answer{}}
		s.ledgers = map[string][]stock.Entry{}
	}
	for _, shelf := range c.Shelves {
		s.kept.shelves[shelf.Level().SKU] = shelf.State()
	}
	for _, p := range c.Products {
		s.kept.products[p.SKU()] = p.State()
	}
	for _, r := range c.Reservations {
		s.kept.reservations[r.OrderID()] = r.Kept()
	}
	for _, a := range c.Answers {
		s.kept.answers[a.Reference] = *a
	}
	for _, e := range c.Entries {
		s.ledgers[e.SKU] = append(s.ledgers[e.SKU], e.Entry)
	}
	s.events = append(s.events, c.Events...)
}

// Ledger returns up to limit entries after sequence after.
func (s *Store) Ledger(_ context.Context, sku string, after int64, limit int) ([]stock.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.ledgers[sku]
	from := min(int(after), len(all))
	return slices.Clone(all[from:min(from+limit, len(all))]), s.Err
}

// SKUs returns up to limit SKUs with prefix, after after.
func (s *Store) SKUs(_ context.Context, prefix, after string, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, sku := range slices.Sorted(maps.Keys(s.kept.shelves)) {
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
	for _, id := range slices.Sorted(maps.Keys(s.kept.reservations)) {
		if r := s.kept.reservations[id]; r.State == stock.Held && !r.ExpiresAt.After(now) && len(out) < limit {
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
