package order

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Store keeps orders. Each is one document with its history; what it publishes
// follows from the history, so that no event can be lost.
type Store interface {
	// Get returns the order, or ErrNotFound.
	Get(ctx context.Context, id string) (Order, error)
	// Create keeps a new order, or returns ErrExists.
	Create(ctx context.Context, o Order) error
	// Update loads, changes and saves an order. change only computes: it may run again.
	Update(ctx context.Context, id string, change func(Order) (Order, error)) (Order, error)
	// List returns a page of orders, newest first, and the cursor of the next.
	List(ctx context.Context, f Filter) ([]Order, string, error)
	// Due returns ids of orders that wait for stock, or whose payment is overdue.
	Due(ctx context.Context, now time.Time, limit int) ([]string, error)
}

// Stock holds and gives back items. Holding is idempotent by order id.
type Stock interface {
	// Reserve holds for many orders, each on its own, and answers in their order.
	Reserve(ctx context.Context, asks []Ask) []Held
	// Release gives back what is held for an order, now or when it comes late.
	Release(ctx context.Context, orderID string) error
}

// Ask is a wish to hold items for an order.
type Ask struct {
	OrderID string
	Items   []Item
}

// Held is stock's answer: the items with their prices once they are held; or an
// error, *OutOfStock or *Refused when they cannot be, ErrStockSilent when no
// answer came.
type Held struct {
	Items []Item
	Err   error
}

// Service is what can be done with orders.
type Service struct {
	Store      Store
	Stock      Stock
	Now        func() time.Time
	NewID      func() string
	PaymentTTL time.Duration

	settling sync.Mutex
}

// Get returns an order.
func (s *Service) Get(ctx context.Context, id string) (Order, error) { return s.Store.Get(ctx, id) }

// List returns a page of orders, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]Order, string, error) {
	return s.Store.List(ctx, f)
}

// Pay, Ship, Deliver, Cancel and Flag change one order; see the verbs of Order.
func (s *Service) Pay(ctx context.Context, id string, p Payment) (Order, error) {
	return s.Store.Update(ctx, id, func(o Order) (Order, error) { return o.Pay(p, s.Now()) })
}

// Ship hands an order to a carrier.
func (s *Service) Ship(ctx context.Context, id, carrier, trackingNumber string) (Order, error) {
	return s.Store.Update(ctx, id, func(o Order) (Order, error) { return o.Ship(carrier, trackingNumber, s.Now()) })
}

// Deliver ends an order's journey.
func (s *Service) Deliver(ctx context.Context, id string) (Order, error) {
	return s.Store.Update(ctx, id, func(o Order) (Order, error) { return o.Deliver(s.Now()) })
}

// Cancel gives an order up.
func (s *Service) Cancel(ctx context.Context, id, reason string) (Order, error) {
	return s.Store.Update(ctx, id, func(o Order) (Order, error) { return o.Cancel(reason, s.Now()) })
}

// Flag marks a paid order for an operator.
func (s *Service) Flag(ctx context.Context, id, what string) error {
	_, err := s.Store.Update(ctx, id, func(o Order) (Order, error) { return o.Flag(what, s.Now()), nil })
	if err != nil {
		return fmt.Errorf("flag %s: %w", id, err)
	}
	return nil
}
