package order

import (
	"context"
	"errors"
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
	// Reserve returns the items with their prices once they are held; *OutOfStock
	// or *Refused when they cannot be; ErrStockSilent when no answer came.
	Reserve(ctx context.Context, orderID string, items []Item) ([]Item, error)
	// Release gives back what is held for an order, now or when it comes late.
	Release(ctx context.Context, orderID string) error
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

// Placed is the answer to a placed order.
type Placed struct {
	Order    Order
	Replayed bool // the request came again: this is its first answer
}

// Place holds stock for an order and keeps it as confirmed; as rejected, with an
// *OutOfStock error, when stock was short; as pending when stock did not answer.
// The same key with the same body again gets the first answer.
func (s *Service) Place(ctx context.Context, r Request) (Placed, error) {
	if err := r.Check(); err != nil {
		return Placed{}, err
	}
	id := r.ID(s.NewID)
	if r.Key != "" {
		found, err := s.Store.Get(ctx, id)
		if err == nil {
			return repeat(r, found)
		}
		if !errors.Is(err, ErrNotFound) {
			return Placed{}, err
		}
	}
	o, refusal := s.decide(ctx, r, id)
	if o.Version() == 0 {
		return Placed{}, refusal
	}
	err := s.Store.Create(ctx, o)
	if errors.Is(err, ErrExists) && r.Key != "" { // the same request side by side
		found, err := s.Store.Get(ctx, id)
		if err != nil {
			return Placed{}, err
		}
		return repeat(r, found)
	}
	if err != nil && !errors.Is(err, ErrExists) { // a fresh id exists only by our own write, thought lost
		return Placed{}, err
	}
	return Placed{Order: o}, refusal
}

// decide asks stock and returns the order as it begins. Without an order
// (version 0) nothing is kept and the error is the answer.
func (s *Service) decide(ctx context.Context, r Request, id string) (Order, error) {
	priced, err := s.Stock.Reserve(ctx, id, r.Items)
	now := s.Now()
	short, isShort := errors.AsType[*OutOfStock](err)
	switch {
	case err == nil:
		o, err := NewConfirmed(r, id, priced, now, s.PaymentTTL)
		if err != nil {
			return Order{}, errors.Join(err, s.Stock.Release(ctx, id))
		}
		return o, nil
	case isShort:
		o, err := NewRejected(r, id, short, now)
		if err != nil {
			return Order{}, err
		}
		return o, short
	case errors.Is(err, ErrStockSilent):
		return NewPending(r, id, now, s.PaymentTTL)
	}
	return Order{}, err
}

// repeat is the first answer once more: the order as it was when it was decided.
func repeat(r Request, found Order) (Placed, error) {
	if !r.SameAs(found) {
		return Placed{}, ErrKeyReused
	}
	first, err := found.Decided()
	if err != nil {
		return Placed{}, err
	}
	if first.Status() == Rejected {
		return Placed{}, &OutOfStock{OrderID: first.ID(), Shortages: first.Shortages(), Items: first.Items(), Replayed: true}
	}
	return Placed{Order: first, Replayed: true}, nil
}

// Decided returns the order as it was when stock had decided, or as it is when
// stock has not.
func (o Order) Decided() (Order, error) {
	for i, e := range o.history {
		if e.Data.Status != Pending {
			return Replay(o.history[:i+1])
		}
	}
	return o, nil
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
