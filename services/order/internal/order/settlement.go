package order

import "errors"

// holdsInVain reports whether stock holds items that this order cannot take:
// their total is no money, or another body with the same key was held first.
func holdsInVain(err error) bool {
	return errors.Is(err, ErrOverflow) || errors.Is(err, ErrMixedCurrencies) || errors.Is(err, ErrKeyReused)
}

// settlement is what stock's answer makes of a pending order.
func settlement(held Held, answer error) (func(Order, *Service) (Order, error), error) {
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
	return func(o Order, s *Service) (Order, error) { return o.Confirm(held.Items, s.Now()) }, nil
}
