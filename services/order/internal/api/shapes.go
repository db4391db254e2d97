package api

import (
	"time"

	"orderly/services/order/internal/order"
)

// placeBody is POST /v1/orders.
type placeBody struct {
	CustomerID string         `json:"customerId" validate:"id"`
	Items      []itemBody     `json:"items" validate:"min=1,max=100,unique=SKU,dive"`
	Metadata   map[string]any `json:"metadata"`
}

type itemBody struct {
	SKU      string `json:"sku" validate:"slug"`
	Quantity int64  `json:"quantity" validate:"min=1,max=1000000"`
}

func (b placeBody) request(key string) order.Request {
	r := order.Request{CustomerID: b.CustomerID, Metadata: b.Metadata, Key: key}
	for _, it := range b.Items {
		r.Items = append(r.Items, order.Item{SKU: it.SKU, Quantity: it.Quantity})
	}
	return r
}

type paymentBody struct {
	Reference string    `json:"reference" validate:"min=1,max=128"`
	Amount    moneyBody `json:"amount"`
	Method    string    `json:"method" validate:"max=64"`
}

type moneyBody struct {
	Amount   int64  `json:"amount" validate:"min=0"`
	Currency string `json:"currency" validate:"currency"`
}

type shipmentBody struct {
	Carrier        string `json:"carrier" validate:"min=1,max=100"`
	TrackingNumber string `json:"trackingNumber" validate:"min=1,max=100"`
}

type cancelBody struct {
	Reason string `json:"reason" validate:"max=500"`
}

// orderShape is an order as it is answered.
type orderShape struct {
	ID         string           `json:"id"`
	CustomerID string           `json:"customerId"`
	Status     order.Status     `json:"status"`
	Items      []order.Item     `json:"items"`
	Total      *order.Money     `json:"total,omitempty"`
	Version    int64            `json:"version"`
	CreatedAt  time.Time        `json:"createdAt"`
	UpdatedAt  time.Time        `json:"updatedAt"`
	ExpiresAt  *time.Time       `json:"expiresAt,omitempty"`
	Shortages  []order.Shortage `json:"shortages,omitempty"`
	Metadata   map[string]any   `json:"metadata,omitempty"`
	Attention  string           `json:"attention,omitempty"`
}

func shape(o order.Order) orderShape {
	s := orderShape{ID: o.ID(), CustomerID: o.CustomerID(), Status: o.Status(), Items: o.Items(), Total: o.Total(), Version: o.Version(),
		CreatedAt: o.CreatedAt(), UpdatedAt: o.UpdatedAt(), Shortages: o.Shortages(), Metadata: o.Metadata(), Attention: o.Attention()}
	if at := o.ExpiresAt(); !at.IsZero() {
		s.ExpiresAt = &at
	}
	return s
}
