package order

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of one order.
const (
	MaxItems    = 100
	MaxQuantity = 1_000_000
	maxMetadata = 4096 // bytes of JSON
)

// Request asks for an order. Key is the caller's idempotency key, or empty.
type Request struct {
	CustomerID string         `json:"customerId"`
	Items      []Item         `json:"items"`
	Metadata   map[string]any `json:"metadata,omitempty"`
	Key        string         `json:"-"`
}

// Check returns an *Invalid when the request can never become an order.
func (r Request) Check() error {
	if r.CustomerID == "" {
		return &Invalid{"customerId", "required", "is required"}
	}
	if len(r.Items) == 0 || len(r.Items) > MaxItems {
		return &Invalid{"items", "size", fmt.Sprintf("must have 1 to %d entries", MaxItems)}
	}
	var seen []string
	for i, it := range r.Items {
		if it.Quantity < 1 || it.Quantity > MaxQuantity {
			return &Invalid{fmt.Sprintf("items[%d].quantity", i), "range", fmt.Sprintf("must be 1 to %d", MaxQuantity)}
		}
		if it.SKU == "" {
			return &Invalid{fmt.Sprintf("items[%d].sku", i), "required", "is required"}
		}
		if slices.Contains(seen, it.SKU) {
			return &Invalid{fmt.Sprintf("items[%d].sku", i), "unique", "must not repeat a product: add up its quantities"}
		}
		seen = append(seen, it.SKU)
	}
	if len(r.Metadata) == 0 {
		return nil
	}
	if b, err := json.Marshal(r.Metadata); err != nil || len(b) > maxMetadata {
		return &Invalid{"metadata", "size", fmt.Sprintf("must be at most %d bytes of JSON", maxMetadata)}
	}
	return nil
}

// ID returns the id of the order: derived from customer and key when there is
// one, so that a repeat finds the same order without a second index, else fresh.
func (r Request) ID(fresh func() string) string {
	if r.Key == "" {
		return fresh()
	}
	h := sha256.Sum256([]byte(r.CustomerID + "\x00" + r.Key))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h[:16]))
}

// SameAs reports whether o is the order that this request asks for.
func (r Request) SameAs(o Order) bool {
	return r.Same(Request{CustomerID: o.customerID, Items: unpriced(o.items), Metadata: o.metadata})
}

// Same reports whether two requests have the same body.
func (r Request) Same(other Request) bool {
	mine, err1 := json.Marshal(r)
	theirs, err2 := json.Marshal(other)
	return err1 == nil && err2 == nil && string(mine) == string(theirs)
}

func unpriced(items []Item) []Item {
	out := slices.Clone(items)
	for i := range out {
		out[i].UnitPrice = nil
	}
	return out
}

// NewConfirmed is an order whose stock is held at these prices; it expires at the
// given time unless it is paid.
func NewConfirmed(r Request, id string, priced []Item, at, expires time.Time) (Order, error) {
	return begin(r, id).confirm(priced, at, expires, r.Metadata)
}

// NewRejected is an order that stock could not hold.
func NewRejected(r Request, id string, why *OutOfStock, at time.Time) (Order, error) {
	return begin(r, id).reject(why.Items, why.Shortages, "out-of-stock", at, r.Metadata)
}

// NewPending is an order that stock did not answer for yet.
func NewPending(r Request, id string, at time.Time, ttl time.Duration) (Order, error) {
	expires := at.Add(ttl)
	return begin(r, id).become(Pending, at, func(f *Fact) {
		f.ExpiresAt, f.Metadata = &expires, r.Metadata
	})
}

func begin(r Request, id string) Order {
	return Order{id: id, customerID: r.CustomerID, items: r.Items}
}
