package order

import (
	"errors"
	"fmt"
)

// What can be wrong.
var (
	ErrNotFound        = errors.New("no such order")
	ErrExists          = errors.New("order exists already")
	ErrKeyReused       = errors.New("idempotency key was used with another body")
	ErrOverflow        = errors.New("amount is too large")
	ErrMixedCurrencies = errors.New("prices are in different currencies")
	ErrAmountMismatch  = errors.New("amount differs from the order's total")
	ErrCursor          = errors.New("cursor was not handed out by this list")
	ErrBusy            = errors.New("too many changes wait already: this one was not made")
	// ErrStockSilent means that stock did not answer in time: whether it holds
	// the items is not known, and asking again with the same id will tell.
	ErrStockSilent = errors.New("stock did not answer")
)

// IllegalTransition says that an order cannot go from one status to another.
type IllegalTransition struct{ From, To Status }

func (e *IllegalTransition) Error() string {
	return fmt.Sprintf("an order that is %s cannot become %s", e.From, e.To)
}

// OutOfStock says what was missing. Items carry prices where they are known.
type OutOfStock struct {
	OrderID   string
	Shortages []Shortage
	Items     []Item
	Replayed  bool // this is the first answer once more
}

func (e *OutOfStock) Error() string { return fmt.Sprintf("order %s: out of stock", e.OrderID) }

// Refused says that stock can never hold these items, as they are.
type Refused struct {
	Code   string // stable slug, such as "unknown-product"
	Detail string
	SKUs   []string
}

func (e *Refused) Error() string { return e.Code + ": " + e.Detail }

// Invalid says which part of the input breaks which rule.
type Invalid struct{ Field, Rule, Message string }

func (e *Invalid) Error() string { return e.Field + " " + e.Message }
