package notify

import (
	"fmt"
	"time"
)

// Details is what an event says about its order beyond who and when, in the
// words of the event contract. What a type does not add stays empty.
type Details struct {
	Items          []Item     `json:"items,omitempty"`
	Total          *Money     `json:"total,omitempty"`
	Shortages      []Shortage `json:"shortages,omitempty"`
	Reason         string     `json:"reason,omitempty"`
	Payment        *Payment   `json:"payment,omitempty"`
	Carrier        string     `json:"carrier,omitempty"`
	TrackingNumber string     `json:"trackingNumber,omitempty"`
	ExpiresAt      *time.Time `json:"expiresAt,omitempty"`
}

// Money is an amount in minor units of its currency.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Item is one line of an order. It has no price before stock is held.
type Item struct {
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity"`
	UnitPrice *Money `json:"unitPrice,omitempty"`
}

// Shortage is why stock could not be held.
type Shortage struct {
	SKU       string `json:"sku"`
	Requested int64  `json:"requested"`
	Available int64  `json:"available"`
}

// Payment is how an order was paid.
type Payment struct {
	Reference string `json:"reference"`
	Method    string `json:"method,omitempty"`
}

// check refuses what could not be written into a message.
func (d Details) check(bad *Faults) {
	for i, it := range d.Items {
		at := fmt.Sprintf("data.items[%d]", i)
		if it.SKU == "" {
			bad.add(at+".sku", "required", "is required")
		}
		if it.Quantity < 1 {
			bad.add(at+".quantity", "min", "must be at least 1")
		}
		it.UnitPrice.check(at+".unitPrice", bad)
	}
	d.Total.check("data.total", bad)
}

func (m *Money) check(field string, bad *Faults) {
	if m != nil && len(m.Currency) != 3 {
		bad.add(field+".currency", "currency", "must be an ISO 4217 code such as USD")
	}
}
