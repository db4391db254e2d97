package order

import (
	"context"
	"errors"
	"fmt"
)

// sweepLimit is how many due orders one sweep takes.
const sweepLimit = 500

// Swept counts what one sweep did.
type Swept struct{ Settled, Expired int }

// Sweep settles pending orders and expires unpaid ones. A sweep that is still
// running makes the next one return at once.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var did Swept
	if !s.settling.TryLock() {
		return did, nil
	}
	defer s.settling.Unlock()
	ids, err := s.Store.Due(ctx, s.Now(), sweepLimit)
	if err != nil {
		return did, err
	}
	var failed []error
	silent := false
	for _, id := range ids {
		o, err := s.Store.Get(ctx, id)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		switch {
		case o.Status().Open() && !s.Now().Before(o.ExpiresAt()):
			err = s.expire(ctx, id, &did)
		case o.Status() == Pending && !silent:
			err = s.settle(ctx, o, &did)
			if errors.Is(err, ErrStockSilent) { // it would be as silent to the others
				silent, err = true, nil
			}
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("order %s: %w", id, err))
		}
	}
	return did, errors.Join(failed...)
}

func (s *Service) expire(ctx context.Context, id string, did *Swept) error {
	o, err := s.Store.Update(ctx, id, func(o Order) (Order, error) { return o.Expire(s.Now()) })
	if err == nil && o.Status() == Expired {
		did.Expired++
	}
	return err
}

// settle asks stock again for a pending order and keeps what it answers. An
// order that was cancelled meanwhile stays so: its event releases the hold.
func (s *Service) settle(ctx context.Context, o Order, did *Swept) error {
	held := s.Stock.Reserve(ctx, []Ask{{OrderID: o.ID(), Items: o.Items()}})[0]
	priced, err := held.Items, held.Err
	if err == nil {
		_, err = o.Confirm(priced, s.Now())
	}
	if holdsInVain(err) {
		if err := s.Stock.Release(ctx, o.ID()); err != nil {
			return err
		}
	}
	verdict, err := settlement(priced, err)
	if err != nil {
		return err
	}
	_, err = s.Store.Update(ctx, o.ID(), func(o Order) (Order, error) {
		if o.Status() != Pending {
			return o, nil
		}
		return verdict(o, s)
	})
	if err == nil {
		did.Settled++
	}
	return err
}

// holdsInVain reports whether stock holds items that this order cannot take:
// their total is no money, or another body with the same key was held first.
func holdsInVain(err error) bool {
	return errors.Is(err, ErrOverflow) || errors.Is(err, ErrMixedCurrencies) || errors.Is(err, ErrKeyReused)
}

// settlement is what stock's answer makes of a pending order.
func settlement(priced []Item, answer error) (func(Order, *Service) (Order, error), error) {
	reject := func(items []Item, shortages []Shortage, reason string) func(Order, *Service) (Order, error) {
		return func(o Order, s *Service) (Order, error) { return o.Reject(items, shortages, reason, s.Now()) }
	}
	if short, ok := errors.AsType[*OutOfStock](answer); ok {
		return reject(short.Items, short.Shortages, "out-of-stock"), nil
	}
	if no, ok := errors.AsType[*Refused](answer); ok {
		return reject(nil, nil, no.Code), nil
	}
	switch {
	case errors.Is(answer, ErrOverflow):
		return reject(nil, nil, "amount-overflow"), nil
	case errors.Is(answer, ErrMixedCurrencies):
		return reject(nil, nil, "mixed-currencies"), nil
	case errors.Is(answer, ErrKeyReused):
		return reject(nil, nil, "idempotency-key-reused"), nil
	case answer != nil:
		return nil, answer
	}
	return func(o Order, s *Service) (Order, error) { return o.Confirm(priced, s.Now()) }, nil
}
