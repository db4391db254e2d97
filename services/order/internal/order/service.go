package order

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Store keeps orders, many at once and each on its own. An order is one document
// with its history; what it publishes follows from the history, so that no event
// can be lost.
type Store interface {
	// Get returns those of the orders that there are, by id.
	Get(ctx context.Context, ids ...string) (map[string]Order, error)
	// Create keeps new orders and answers in their order: nil, ErrExists, or
	// ErrBusy when it is certain that the order is not kept.
	Create(ctx context.Context, news []New) []error
	// Update loads, changes and saves orders, and answers in their order. A change
	// only computes, and fast: it may run again.
	Update(ctx context.Context, changes ...Change) []Changed
	// List returns a page of orders, newest first, and the cursor of the next.
	List(ctx context.Context, f Filter) ([]Order, string, error)
	// Due returns ids of orders that ask for work, the longest due first. Some may
	// need other work by now.
	Due(ctx context.Context, w Work, now time.Time, limit int) ([]string, error)
	// Later has Due leave out an order until then.
	Later(w Work, id string, until time.Time)
}

// Work is why an order is looked at again. What is of one kind does not wait behind
// the other.
type Work int

// The kinds of Work.
const (
	Unsettled Work = iota // it waits for stock
	Unpaid                // its payment may be overdue
)

// New is an order to be kept.
type New struct {
	Ctx   context.Context // of the request that made it
	Order Order
	Fresh bool // its id was never seen before: nobody can have kept it yet
}

// Change is what is to become of an order.
type Change struct {
	ID string
	To func(Order) (Order, error)
}

// Changed is an order after its change, or why it is as it was.
type Changed struct {
	Order Order
	Err   error
}

// Stock holds and gives back items. Holding is idempotent by order id.
type Stock interface {
	// Reserve holds for many orders, each on its own, and answers in their order.
	Reserve(ctx context.Context, asks []Ask) []Held
	// Release gives back what is held for an order, now or when it comes late.
	Release(ctx context.Context, orderID string) error
	// Holds reports whether items are set aside for an order, and neither sold nor
	// given back.
	Holds(ctx context.Context, orderID string) (bool, error)
}

// Ask is a wish to hold items for an order.
type Ask struct {
	Ctx     context.Context // of the request that wishes it
	OrderID string
	Items   []Item
	Fresh   bool // its id was never sent to anybody before
}

// Held is stock's answer: the items with their prices once they are held; or an
// error, *OutOfStock or *Refused when they cannot be, ErrStockSilent when no
// answer came.
type Held struct {
	Items []Item
	Until time.Time // an order for them must be kept by then; zero is no limit
	Err   error
}

// over reports whether an order for the items comes too late: stock may find that there
// is none, and give them to others.
func (h Held) over(now time.Time) bool { return !h.Until.IsZero() && now.After(h.Until) }

// Service is what can be done with orders.
type Service struct {
	Store      Store
	Stock      Stock
	Now        func() time.Time
	NewID      func() string        // never the same twice
	PaymentTTL func() time.Duration // an unpaid order expires after it

	settling sync.Mutex
	expiring sync.Mutex
	expired  portion // while expiring is locked
}

// Get returns an order, or ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (Order, error) {
	found, err := s.Store.Get(ctx, id)
	if err != nil {
		return Order{}, err
	}
	if o, ok := found[id]; ok {
		return o, nil
	}
	return Order{}, ErrNotFound
}

// Lookup returns those of the orders that exist, in the order asked for.
func (s *Service) Lookup(ctx context.Context, ids []string) ([]Order, error) {
	found, err := s.Store.Get(ctx, ids...)
	if err != nil {
		return nil, err
	}
	orders := make([]Order, 0, len(found))
	for _, id := range ids {
		if o, ok := found[id]; ok {
			orders = append(orders, o)
			delete(found, id) // asked for twice, answered once
		}
	}
	return orders, nil
}

// List returns a page of orders, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]Order, string, error) {
	return s.Store.List(ctx, f)
}

// Pay, Ship, Deliver, Cancel and Flag change one order; see the verbs of Order.
func (s *Service) Pay(ctx context.Context, id string, p Payment) (Order, error) {
	return s.update(ctx, id, func(o Order) (Order, error) { return o.Pay(p, s.Now()) })
}

// Ship hands an order to a carrier.
func (s *Service) Ship(ctx context.Context, id, carrier, trackingNumber string) (Order, error) {
	return s.update(ctx, id, func(o Order) (Order, error) { return o.Ship(carrier, trackingNumber, s.Now()) })
}

// Deliver ends an order's journey.
func (s *Service) Deliver(ctx context.Context, id string) (Order, error) {
	return s.update(ctx, id, func(o Order) (Order, error) { return o.Deliver(s.Now()) })
}

// Cancel gives an order up.
func (s *Service) Cancel(ctx context.Context, id, reason string) (Order, error) {
	return s.update(ctx, id, func(o Order) (Order, error) { return o.Cancel(reason, s.Now()) })
}

// Flag marks a paid order for an operator.
func (s *Service) Flag(ctx context.Context, id, what string) error {
	_, err := s.update(ctx, id, func(o Order) (Order, error) { return o.Flag(what, s.Now()), nil })
	if err != nil {
		return fmt.Errorf("flag %s: %w", id, err)
	}
	return nil
}

func (s *Service) update(ctx context.Context, id string, to func(Order) (Order, error)) (Order, error) {
	changed := s.Store.Update(ctx, Change{ID: id, To: to})[0]
	return changed.Order, changed.Err
}

// release gives back what is held for orders that cannot take it, side by side,
// and answers in their order.
func (s *Service) release(ctx context.Context, ids []string) []error {
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { errs[i] = s.Stock.Release(ctx, id) })
	}
	wg.Wait()
	return errs
}
