package order

import (
	"slices"
	"time"
)

// Filter selects orders. Zero fields select all.
type Filter struct {
	CustomerID string
	Statuses   []Status // any of them
	Attention  string
	From, To   time.Time // From ≤ createdAt < To
	Limit      int
	Cursor     string
}

// Wants reports whether o is an order that the filter selects.
func (f Filter) Wants(o Order) bool {
	return o.Version() > 0 &&
		(f.CustomerID == "" || f.CustomerID == o.customerID) &&
		f.WantsStatus(o.status, o.attention) &&
		!o.createdAt.Before(f.From) &&
		(f.To.IsZero() || o.createdAt.Before(f.To))
}

// WantsStatus reports whether the filter selects orders in this state.
func (f Filter) WantsStatus(status Status, attention string) bool {
	return (len(f.Statuses) == 0 || slices.Contains(f.Statuses, status)) && (f.Attention == "" || f.Attention == attention)
}
