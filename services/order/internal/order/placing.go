package order

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Placed is the answer to a placed order.
type Placed struct {
	Order    Order
	Replayed bool // the request came again: this is its first answer
	Err      error
}

// Place holds stock for an order and keeps it as confirmed; as rejected, with an
// *OutOfStock error, when stock was short; as pending when stock did not answer.
// The same key with the same body again gets the first answer.
func (s *Service) Place(ctx context.Context, r Request) (Placed, error) {
	p := s.PlaceAll(ctx, []Request{r})[0]
	return p, p.Err
}

// PlaceAll places many orders, each on its own, and answers in their order.
// Stock is asked for all of them at once.
func (s *Service) PlaceAll(ctx context.Context, requests []Request) []Placed {
	placed := make([]Placed, len(requests))
	var asks []Ask
	var whose []int
	for i, r := range requests {
		id := r.ID(s.NewID)
		if first, known := s.known(ctx, r, id); known {
			placed[i] = first
			continue
		}
		asks, whose = append(asks, Ask{OrderID: id, Items: r.Items}), append(whose, i)
	}
	if len(asks) == 0 {
		return placed
	}
	var wg sync.WaitGroup
	for j, held := range s.Stock.Reserve(ctx, asks) { // saved side by side: the store joins what comes together
		wg.Go(func() { placed[whose[j]] = s.keep(ctx, requests[whose[j]], asks[j].OrderID, held) })
	}
	wg.Wait()
	return placed
}

// known answers a request for which stock need not be asked: it can never
// become an order, or it did before.
func (s *Service) known(ctx context.Context, r Request, id string) (Placed, bool) {
	if err := r.Check(); err != nil {
		return Placed{Err: err}, true
	}
	if r.Key == "" {
		return Placed{}, false
	}
	found, err := s.Store.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Placed{}, false
	}
	if err != nil {
		return Placed{Err: err}, true
	}
	return repeat(r, found), true
}

// keep saves the order that stock's answer makes of a request.
func (s *Service) keep(ctx context.Context, r Request, id string, held Held) (p Placed) {
	defer func() {
		if v := recover(); v != nil { // in a goroutine of its own nobody else would catch it
			p = Placed{Err: fmt.Errorf("panic: %v", v)}
		}
	}()
	o, refusal := s.decide(ctx, r, id, held)
	if o.Version() == 0 {
		return Placed{Err: refusal}
	}
	err := s.Store.Create(ctx, o)
	if errors.Is(err, ErrExists) && r.Key != "" { // the same request side by side
		found, err := s.Store.Get(ctx, id)
		if err != nil {
			return Placed{Err: err}
		}
		return repeat(r, found)
	}
	if err != nil && !errors.Is(err, ErrExists) { // a fresh id exists only by our own write, thought lost
		return Placed{Err: err}
	}
	return Placed{Order: o, Err: refusal}
}

// decide returns the order as it begins. Without an order (version 0) nothing
// is kept and the error is the answer.
func (s *Service) decide(ctx context.Context, r Request, id string, held Held) (Order, error) {
	now := s.Now()
	short, isShort := errors.AsType[*OutOfStock](held.Err)
	switch {
	case held.Err == nil:
		o, err := NewConfirmed(r, id, held.Items, now, s.PaymentTTL)
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
	case errors.Is(held.Err, ErrStockSilent):
		return NewPending(r, id, now, s.PaymentTTL)
	}
	return Order{}, held.Err
}

// repeat is the first answer once more: the order as it was when it was decided.
func repeat(r Request, found Order) Placed {
	if !r.SameAs(found) {
		return Placed{Err: ErrKeyReused}
	}
	first, err := found.Decided()
	if err == nil && first.Status() == Rejected {
		err = &OutOfStock{OrderID: first.ID(), Shortages: first.Shortages(), Items: first.Items(), Replayed: true}
	}
	return Placed{Order: first, Replayed: true, Err: err}
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
