package dapr

import (
	"context"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// topic is where stock's events are published.
const topic = "stock"

// skuData is the data of an event about a SKU.
type skuData struct {
	SKU        string    `json:"sku"`
	Received   int64     `json:"received"`
	Available  int64     `json:"available"`
	Reserved   int64     `json:"reserved"`
	Sold       int64     `json:"sold"`
	At         time.Time `json:"at"`
	Quantity   int64     `json:"quantity,omitempty"`
	Reference  string    `json:"reference,omitempty"`
	Reason     string    `json:"reason,omitempty"`
	LowStockAt int64     `json:"lowStockAt,omitempty"`
}

// failedData is the data of a commit that failed.
type failedData struct {
	OrderID   string     `json:"orderId"`
	Shortages []shortage `json:"shortages"`
	At        time.Time  `json:"at"`
}

type shortage struct {
	SKU       string `json:"sku"`
	Requested int64  `json:"requested"`
	Available int64  `json:"available"`
}

// tell has events published.
func tell(ctx context.Context, t *ledger.Txn, events []stock.Event) error {
	for _, e := range events {
		ce, err := event.New(ctx, "/stock", e.Type, e.Subject, e.Sequence, e.At, dataOf(e))
		if err != nil {
			return err
		}
		t.Publish(topic, ce)
	}
	return nil
}

func dataOf(e stock.Event) any {
	if e.Type == stock.TypeCommitFailed {
		return failedData{OrderID: e.Subject, Shortages: shortagesOf(e.Shortages), At: e.At}
	}
	l := e.Level
	d := skuData{SKU: l.SKU, Received: l.Received, Available: l.Available, Reserved: l.Reserved, Sold: l.Sold, At: e.At}
	switch e.Type {
	case stock.TypeReceived, stock.TypeAdjusted:
		d.Quantity, d.Reference, d.Reason = e.Cause.Quantity, e.Cause.Reference, e.Cause.Reason
	case stock.TypeLow:
		d.LowStockAt = e.LowStockAt
	}
	return d
}

func shortagesOf(short []stock.Shortage) []shortage {
	out := make([]shortage, len(short))
	for i, s := range short {
		out[i] = shortage(s)
	}
	return out
}
