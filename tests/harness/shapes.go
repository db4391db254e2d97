package harness

import (
	"encoding/json"
	"time"
)

// The wire shapes of api.md, as a caller in any language would write them down.

type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type Item struct {
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity"`
	UnitPrice *Money `json:"unitPrice,omitempty"`
}

type Shortage struct {
	SKU                  string
	Requested, Available int64
}

type Order struct {
	ID, CustomerID, Status string
	Items                  []Item
	Total                  *Money
	Version                int64
	CreatedAt, UpdatedAt   time.Time
	ExpiresAt              *time.Time
	Shortages              []Shortage
	Metadata               M
	Attention              string
}

// Step is an entry of an order's history.
type Step struct {
	Sequence int64
	Type     string
	At       time.Time
	TraceID  string
	Data     Fact
}

// Fact is the data of an order event.
type Fact struct {
	OrderID, CustomerID, Status string
	Items                       []Item
	Total                       *Money
	At                          time.Time
	Shortages                   []Shortage
}

type Product struct {
	SKU, Name  string
	UnitPrice  Money
	LowStockAt int64
	Attributes M
}

type Units struct {
	SKU                                          string
	Received, Available, Reserved, Sold, Version int64
}

type Entry struct {
	Sequence                 int64
	Kind, OrderID, Reference string
	Quantity                 int64
	At                       time.Time
}

type Reservation struct {
	OrderID, Status string
	Items           []Item
	ExpiresAt       *time.Time
}

type Notification struct {
	ID, CustomerID, OrderID, Channel, Template, Status, Error string
	Attempts                                                  int
	At                                                        time.Time
}

// DeadLetter is a message that nobody could take. Body is JSON as it came; what is no JSON is a string, as Encoding
// says.
type DeadLetter struct {
	ID, Topic, Reason, Encoding, Status string
	Times                               int
	Body                                json.RawMessage
}

// Decoded is the body of a dead letter that is shown in base64.
func (d DeadLetter) Decoded() (raw []byte) {
	_ = json.Unmarshal(d.Body, &raw)
	return raw
}

type Page[T any] struct {
	Items      []T
	NextCursor string
}

// CloudEvent is an event as it was published.
type CloudEvent struct {
	SpecVersion, ID, Source, Type, Subject, TraceParent, Baggage string

	Time            time.Time
	DataContentType string
	Sequence        json.Number
	Data            json.RawMessage
}
