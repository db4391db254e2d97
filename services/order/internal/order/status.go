package order

import (
	"maps"
	"slices"
)

// Status is where an order is in its life.
type Status string

// The statuses of an order.
const (
	Pending   Status = "pending"
	Confirmed Status = "confirmed"
	Rejected  Status = "rejected"
	Paid      Status = "paid"
	Shipped   Status = "shipped"
	Delivered Status = "delivered"
	Cancelled Status = "cancelled"
	Expired   Status = "expired"
)

// next is the one table of what may follow what. An order begins as pending,
// confirmed or rejected; "" stands for that beginning.
var next = map[Status][]Status{
	"":        {Pending, Confirmed, Rejected},
	Pending:   {Confirmed, Rejected, Cancelled, Expired},
	Confirmed: {Paid, Cancelled, Expired},
	Paid:      {Shipped, Cancelled},
	Shipped:   {Delivered},
	Rejected:  {}, Delivered: {}, Cancelled: {}, Expired: {},
}

// Statuses returns all of them, by name.
func Statuses() []Status {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(next)), func(s Status) bool { return s == "" })
}

// Valid reports whether s is a status.
func (s Status) Valid() bool {
	_, ok := next[s]
	return ok && s != ""
}

// To returns nil when an order may go from s to t, else an *IllegalTransition.
func (s Status) To(t Status) error {
	if slices.Contains(next[s], t) {
		return nil
	}
	return &IllegalTransition{From: s, To: t}
}

// Open reports whether the order still waits for stock or money, so that it
// can expire.
func (s Status) Open() bool { return s == Pending || s == Confirmed }
