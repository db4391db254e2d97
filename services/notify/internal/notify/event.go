// Package notify tells customers what happens to their orders.
//
// An order lives elsewhere; here arrives the news of it, one Event at a time, at
// least once and in any order. Each becomes exactly one notification per channel
// the customer wants to be told on. Told is what was made of one event: it is
// written before anything is sent, so a repeat finds it, and a crash leaves
// behind what is still to do.
package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Event is one thing that happened to an order.
type Event struct {
	f   EventFields
	key string
}

// EventFields are the values of an Event.
type EventFields struct {
	Source      string    `json:"source"`
	ID          string    `json:"id"`
	Type        string    `json:"type"`
	Sequence    int64     `json:"sequence"`
	TraceParent string    `json:"traceparent,omitempty"`
	Baggage     string    `json:"baggage,omitempty"`
	OrderID     string    `json:"orderId"`
	CustomerID  string    `json:"customerId"`
	Status      string    `json:"status"`
	At          time.Time `json:"at"`
	Details     Details   `json:"details,omitzero"`
}

// template is the message of an event type.
type template struct {
	name string
	late bool // it is sent, and says that it is late, when a newer message was sent before; others are not
}

// templates are the messages of each event type that customers are told of. That an
// order is over, or was never taken, is worth knowing however late it is.
var templates = map[string]template{
	"order.placed.v1":    {name: "placed"},
	"order.confirmed.v1": {name: "confirmed"},
	"order.rejected.v1":  {name: "rejected", late: true},
	"order.paid.v1":      {name: "paid"},
	"order.shipped.v1":   {name: "shipped"},
	"order.delivered.v1": {name: "delivered", late: true},
	"order.cancelled.v1": {name: "cancelled", late: true},
	"order.expired.v1":   {name: "expired", late: true},
}

// Concerns reports whether customers are told of events of this type.
func Concerns(typ string) bool { return templates[typ].name != "" }

// Types lists the event types that customers are told of.
func Types() map[string]bool {
	known := make(map[string]bool, len(templates))
	for typ := range templates {
		known[typ] = true
	}
	return known
}

// NewEvent returns an Event; its error is Faults, which name what is wrong with
// the event's data.
func NewEvent(f EventFields) (Event, error) {
	var bad Faults
	if !Concerns(f.Type) {
		bad.add("type", "known", "is not one that customers are told of")
	}
	if f.ID == "" {
		bad.add("id", "required", "is required")
	}
	if f.Sequence < 1 {
		bad.add("sequence", "min", "must be at least 1")
	}
	bad.id("data.orderId", f.OrderID)
	bad.id("data.customerId", f.CustomerID)
	bad.id("data.status", f.Status)
	f.Details.check(&bad)
	sum := sha256.Sum256([]byte(f.Source + "\x00" + f.ID))
	return Event{f, hex.EncodeToString(sum[:16])}, bad.err()
}

// Fields returns the values of e.
func (e Event) Fields() EventFields { return e.f }

// Template names the message that tells of e.
func (e Event) Template() string { return e.template().name }

func (e Event) template() template { return templates[e.f.Type] }

// Key identifies e among the events of all sources.
func (e Event) Key() string { return e.key }

// TraceID returns the trace that e belongs to; empty when it carries none.
func (e Event) TraceID() string { return traceID(e.f.TraceParent) }

func traceID(traceparent string) string {
	if parts := strings.Split(traceparent, "-"); len(parts) == 4 && len(parts[1]) == 32 {
		return parts[1]
	}
	return ""
}
