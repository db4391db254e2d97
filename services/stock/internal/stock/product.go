package stock

import (
	"maps"
	"time"
	"unicode/utf8"
)

// Product is what lies on a shelf. Its version counts changes of the product;
// stock that comes and goes does not change it.
type Product struct {
	sku                  string
	details              Details
	version              int64
	createdAt, updatedAt time.Time
	removed              bool
}

// Details is what the catalogue says about a product.
type Details struct {
	name       string
	unitPrice  Money
	lowStockAt int64
	attributes map[string]string // JSON values
}

// NewDetails refuses a name that is not 1 to 200 characters, a negative
// lowStockAt (0 means: as others that say none) and more than 50 attributes. Values of
// attributes are JSON, which is kept and never looked into.
func NewDetails(name string, unitPrice Money, lowStockAt int64, attributes map[string]string) (Details, error) {
	switch n := utf8.RuneCountInString(name); {
	case n < 1 || n > 200 || !utf8.ValidString(name):
		return Details{}, invalid("name", "length", "must be 1 to 200 characters")
	case unitPrice == Money{}:
		return Details{}, invalid("unitPrice", "required", "is required")
	case lowStockAt < 0 || lowStockAt > MaxCount:
		return Details{}, invalid("lowStockAt", "range", "must be a whole number from 0")
	case len(attributes) > 50:
		return Details{}, invalid("attributes", "max", "must be at most 50 entries")
	}
	return Details{name, unitPrice, lowStockAt, maps.Clone(attributes)}, nil
}

// Name returns what the product is called.
func (d Details) Name() string { return d.name }

// UnitPrice returns the price of one piece.
func (d Details) UnitPrice() Money { return d.unitPrice }

// LowStockAt returns the level at or below which stock is low; 0 leaves it to the shop.
func (d Details) LowStockAt() int64 { return d.lowStockAt }

// Attributes returns a copy of the free attributes.
func (d Details) Attributes() map[string]string { return maps.Clone(d.attributes) }

func (d Details) equal(o Details) bool {
	return d.name == o.name && d.unitPrice == o.unitPrice && d.lowStockAt == o.lowStockAt && maps.Equal(d.attributes, o.attributes)
}

// SKU returns the product's key.
func (p Product) SKU() string { return p.sku }

// Details returns what the catalogue says about it.
func (p Product) Details() Details { return p.details }

// Version counts the product's changes from 1.
func (p Product) Version() int64 { return p.version }

// CreatedAt returns when it was created, or created again after a removal.
func (p Product) CreatedAt() time.Time { return p.createdAt }

// UpdatedAt returns when it last changed.
func (p Product) UpdatedAt() time.Time { return p.updatedAt }

// with returns the next version of p.
func (p *Product) with(d Details, at time.Time) Product {
	next := *p
	next.details, next.updatedAt = d, at
	next.version++
	return next
}

// ProductState is a product as it is kept.
type ProductState struct {
	SKU                  string
	Name                 string
	Amount               int64
	Currency             string
	LowStockAt           int64
	Attributes           map[string]string
	Version              int64
	CreatedAt, UpdatedAt time.Time
	Removed              bool
}

// State returns the product as it is to be kept.
func (p *Product) State() ProductState {
	d := p.details
	return ProductState{p.sku, d.name, d.unitPrice.amount, d.unitPrice.currency, d.lowStockAt, d.attributes, p.version, p.createdAt, p.updatedAt, p.removed}
}

// OpenProduct returns the product that was kept as s; a broken one is refused.
func OpenProduct(s ProductState) (*Product, error) {
	price, err := NewMoney(s.Amount, s.Currency)
	if err != nil {
		return nil, err
	}
	d, err := NewDetails(s.Name, price, s.LowStockAt, s.Attributes)
	if err != nil {
		return nil, err
	}
	return &Product{s.SKU, d, s.Version, s.CreatedAt, s.UpdatedAt, s.Removed}, nil
}
