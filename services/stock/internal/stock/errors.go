package stock

import (
	"errors"
	"fmt"
	"strings"
)

// What can be said no to. Each has its row in the error table of the front door.
var (
	ErrProductExists   = errors.New("the product exists")
	ErrProductInUse    = errors.New("the product has stock or holds left")
	ErrVersionMismatch = errors.New("the product is not as its writer saw it")
	ErrNoReservation   = errors.New("no reservation has this order id")
	ErrReleased        = errors.New("the reservation was released")
	ErrMixedCurrencies = errors.New("the items are priced in different currencies")
	ErrReferenceReused = errors.New("the reference was used for another input")
	ErrTooMany         = fmt.Errorf("a counter would exceed %d", int64(MaxCount))
	ErrTooFew          = errors.New("a counter would fall below zero")
)

// Invalid is input that breaks a rule of one field.
type Invalid struct{ Field, Rule, Message string }

func (e *Invalid) Error() string { return e.Field + " " + e.Message }

func invalid(field, rule, message string) error { return &Invalid{field, rule, message} }

// NoProduct says that there is no product with these SKUs.
type NoProduct struct{ SKUs []string }

func (e *NoProduct) Error() string { return "no product " + strings.Join(e.SKUs, ", ") }

// UnknownItems says that a reservation asks for products that do not exist.
type UnknownItems struct{ SKUs []string }

func (e *UnknownItems) Error() string { return "unknown products " + strings.Join(e.SKUs, ", ") }

// BelowZero says that an adjustment would take more than is available.
type BelowZero struct{ Available int64 }

func (e *BelowZero) Error() string { return fmt.Sprintf("only %d are available", e.Available) }

// IllegalTransition says that a reservation cannot go from one state to another.
type IllegalTransition struct{ From, To State }

func (e *IllegalTransition) Error() string {
	return fmt.Sprintf("%s cannot become %s", e.From.Status(), e.To.Status())
}

// Shortage is how much of one SKU is missing.
type Shortage struct {
	SKU                  string
	Requested, Available int64
}

// OutOfStock says what is missing. Lines are all that was asked for, at the
// catalogue's prices, so that an order can be priced although it is rejected.
type OutOfStock struct {
	OrderID   string
	Shortages []Shortage
	Lines     []Line
}

func (e *OutOfStock) Error() string {
	return fmt.Sprintf("order %s: %d of %d items are out of stock", e.OrderID, len(e.Shortages), len(e.Lines))
}
