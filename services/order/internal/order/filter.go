package order

import "time"

// Filter selects orders. Zero fields select all.
type Filter struct {
	CustomerID string
	Status     Status
	From, To   time.Time // From ≤ createdAt < To
	Limit      int
	Cursor     string
}

// Wants reports whether o is an order that the filter selects.
func (f Filter) Wants(o Order) bool {
	return o.Version() > 0 &&
		(f.CustomerID == "" || f.CustomerID == o.customerID) &&
		(f.Status == "" || f.Status == o.status) &&
		!o.createdAt.Before(f.From) &&
		(f.To.IsZero() || o.createdAt.Before(f.To))
}
