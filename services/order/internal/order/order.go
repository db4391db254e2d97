// Package order is the life of a customer's order: placed, held, paid, shipped
// and delivered, or rejected, cancelled and expired with the stock back. It is
// pure: time and ids come in, nothing but values goes out.
package order

import (
	"iter"
	"slices"
	"time"
)

// Order is one customer's order. It is built from its history and changes only
// by an event that its own verbs make.
type Order struct {
	id         string
	customerID string
	status     Status
	items      []Item
	total      *Money
	createdAt  time.Time
	updatedAt  time.Time
	expiresAt  time.Time
	shortages  []Shortage
	metadata   map[string]any
	payment    *Payment
	attention  string
	history    []Event
}

// Item is a quantity of a product. The price is the catalogue's at the moment
// stock was held; until then there is none.
type Item struct {
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity"`
	UnitPrice *Money `json:"unitPrice,omitempty"`
}

// Shortage says what was missing of a product.
type Shortage struct {
	SKU       string `json:"sku"`
	Requested int64  `json:"requested"`
	Available int64  `json:"available"`
}

// Payment is what the customer paid with; Reference makes it idempotent.
type Payment struct {
	Reference string `json:"reference"`
	Amount    Money  `json:"amount"`
	Method    string `json:"method,omitempty"`
}

// ID is the order's id.
func (o Order) ID() string { return o.id }

// CustomerID is whose order it is.
func (o Order) CustomerID() string { return o.customerID }

// Status is where the order is in its life.
func (o Order) Status() Status { return o.status }

// Items are what was ordered.
func (o Order) Items() []Item { return slices.Clone(o.items) }

// Total is the sum of all items; nil while prices are not known.
func (o Order) Total() *Money { return o.total }

// Version counts the order's events.
func (o Order) Version() int64 { return int64(len(o.history)) }

// CreatedAt is the time of the first event.
func (o Order) CreatedAt() time.Time { return o.createdAt }

// UpdatedAt is the time of the newest event.
func (o Order) UpdatedAt() time.Time { return o.updatedAt }

// ExpiresAt is when an unpaid order expires; zero when it no longer can.
func (o Order) ExpiresAt() time.Time { return o.expiresAt }

// Shortages say why a rejected order was rejected.
func (o Order) Shortages() []Shortage { return o.shortages }

// Metadata is the caller's own.
func (o Order) Metadata() map[string]any { return o.metadata }

// Payment is how the order was paid; nil while it is not.
func (o Order) Payment() *Payment { return o.payment }

// Attention names what an operator must look at; empty when nothing.
func (o Order) Attention() string { return o.attention }

// History is every event of the order, oldest first, gap-free from 1.
func (o Order) History() []Event { return slices.Clone(o.history) }

// Since ranges over the events after version.
func (o Order) Since(version int64) iter.Seq2[int, Event] { return slices.All(o.history[version:]) }
