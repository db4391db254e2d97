package order

import (
	"errors"
	"fmt"
	"math"
)

// Money is an amount in minor units of an ISO 4217 currency.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Times returns m × n; ErrOverflow when that is more than money can be.
func (m Money) Times(n int64) (Money, error) {
	if m.Amount < 0 || n < 0 || (n > 0 && m.Amount > math.MaxInt64/n) {
		return Money{}, fmt.Errorf("%d × %d: %w", m.Amount, n, ErrOverflow)
	}
	return Money{m.Amount * n, m.Currency}, nil
}

// Plus returns m + n of the same currency.
func (m Money) Plus(n Money) (Money, error) {
	if m.Currency != n.Currency {
		return Money{}, fmt.Errorf("%s and %s: %w", m.Currency, n.Currency, ErrMixedCurrencies)
	}
	if m.Amount > math.MaxInt64-n.Amount {
		return Money{}, fmt.Errorf("%d + %d: %w", m.Amount, n.Amount, ErrOverflow)
	}
	return Money{m.Amount + n.Amount, m.Currency}, nil
}

// sum returns the total of priced items; none at all have no total.
func sum(items []Item) (Money, error) {
	if len(items) == 0 {
		return Money{}, errors.New("no items")
	}
	var total Money
	for i, it := range items {
		if it.UnitPrice == nil {
			return Money{}, fmt.Errorf("%s has no price", it.SKU)
		}
		line, err := it.UnitPrice.Times(it.Quantity)
		if err != nil {
			return Money{}, err
		}
		if i == 0 {
			total = line
			continue
		}
		if total, err = total.Plus(line); err != nil {
			return Money{}, err
		}
	}
	return total, nil
}
