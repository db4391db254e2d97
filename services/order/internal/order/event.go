package order

import (
	"fmt"
	"slices"
	"time"
)

// Type names what happened to an order.
type Type string

// The events of an order. Attention is the only one that leaves the status.
const (
	PlacedV1    Type = "order.placed.v1"
	ConfirmedV1 Type = "order.confirmed.v1"
	RejectedV1  Type = "order.rejected.v1"
	PaidV1      Type = "order.paid.v1"
	ShippedV1   Type = "order.shipped.v1"
	DeliveredV1 Type = "order.delivered.v1"
	CancelledV1 Type = "order.cancelled.v1"
	ExpiredV1   Type = "order.expired.v1"
	AttentionV1 Type = "order.attention.v1"
)

// typeOf is the event that brings an order into a status.
var typeOf = map[Status]Type{
	Pending: PlacedV1, Confirmed: ConfirmedV1, Rejected: RejectedV1, Paid: PaidV1,
	Shipped: ShippedV1, Delivered: DeliveredV1, Cancelled: CancelledV1, Expired: ExpiredV1,
}

// Event is one step of an order's history.
type Event struct {
	Sequence int64     `json:"sequence"`
	Type     Type      `json:"type"`
	At       time.Time `json:"at"`
	Data     Fact      `json:"data"`
	TraceID  string    `json:"traceId,omitempty"`
}

// Fact is what an event says: the order after it, and what its type adds.
type Fact struct {
	OrderID        string         `json:"orderId"`
	CustomerID     string         `json:"customerId"`
	Status         Status         `json:"status"`
	Items          []Item         `json:"items"`
	Total          *Money         `json:"total,omitempty"`
	At             time.Time      `json:"at"`
	ExpiresAt      *time.Time     `json:"expiresAt,omitempty"`      // placed, confirmed
	Metadata       map[string]any `json:"metadata,omitempty"`       // the first event
	Shortages      []Shortage     `json:"shortages,omitempty"`      // rejected
	Reason         string         `json:"reason,omitempty"`         // rejected, cancelled
	Payment        *Payment       `json:"payment,omitempty"`        // paid
	Carrier        string         `json:"carrier,omitempty"`        // shipped
	TrackingNumber string         `json:"trackingNumber,omitempty"` // shipped
	Attention      string         `json:"attention,omitempty"`      // attention
}

// Replay builds an order from its history.
func Replay(history []Event) (Order, error) {
	var o Order
	for _, e := range history {
		if e.Sequence != o.Version()+1 {
			return Order{}, fmt.Errorf("order %s: event %d follows %d", o.id, e.Sequence, o.Version())
		}
		if e.Type != AttentionV1 {
			if err := o.status.To(e.Data.Status); err != nil {
				return Order{}, fmt.Errorf("order %s: event %d: %w", o.id, e.Sequence, err)
			}
		}
		o = o.apply(e)
	}
	if o.Version() == 0 {
		return Order{}, ErrNotFound
	}
	return o, nil
}

// become returns o after the event that brings it into status; the change adds
// what is particular to it.
func (o Order) become(status Status, at time.Time, change func(*Fact)) (Order, error) {
	if err := o.status.To(status); err != nil {
		return o, err
	}
	return o.record(typeOf[status], status, at, change), nil
}

// Traced returns o with the trace that made them in its events after version.
func (o Order) Traced(version int64, traceID string) Order {
	o.history = slices.Clone(o.history)
	for i := version; i < o.Version(); i++ {
		o.history[i].TraceID = traceID
	}
	return o
}

func (o Order) record(typ Type, status Status, at time.Time, change func(*Fact)) Order {
	f := Fact{OrderID: o.id, CustomerID: o.customerID, Status: status, Items: o.items, Total: o.total, At: at}
	change(&f)
	return o.apply(Event{Sequence: o.Version() + 1, Type: typ, At: at, Data: f})
}

// apply is the only code that changes an order.
func (o Order) apply(e Event) Order {
	f := e.Data
	if e.Sequence == 1 {
		o.id, o.customerID, o.metadata, o.createdAt = f.OrderID, f.CustomerID, f.Metadata, e.At
	}
	o.status, o.items, o.total, o.updatedAt = f.Status, f.Items, f.Total, e.At
	o.expiresAt = time.Time{}
	if f.ExpiresAt != nil {
		o.expiresAt = *f.ExpiresAt
	}
	o.shortages, o.attention = f.Shortages, f.Attention
	if f.Payment != nil {
		o.payment = f.Payment
	}
	o.history = append(o.history[:len(o.history):len(o.history)], e)
	return o
}
