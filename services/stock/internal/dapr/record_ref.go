package dapr

import (
	"fmt"

	"orderly/services/stock/internal/stock"
)

type answerRecord struct {
	V
	SKU       string     `json:"sku"`
	Reference string     `json:"ref"`
	Kind      stock.Kind `json:"kind"`
	Quantity  int64      `json:"quantity"`
	Reason    string     `json:"reason,omitempty"`
	Counters  [4]int64   `json:"counters"`
	Version   int64      `json:"version"`
}

func answerRecordOf(a stock.Answer) answerRecord {
	c := a.Level.Counters
	return answerRecord{V{recordVersion}, a.Reference.SKU, a.Reference.Name, a.Kind, a.Quantity, a.Reason,
		[4]int64{c.Received, c.Available, c.Reserved, c.Sold}, a.Level.Version}
}

func (r answerRecord) open(key string) (*stock.Answer, error) {
	ref, c := stock.Reference{SKU: r.SKU, Name: r.Reference}, r.Counters
	if refKey(ref) != key {
		return nil, fmt.Errorf("it is of %s, %s", r.SKU, r.Reference)
	}
	level := stock.Level{SKU: r.SKU, Counters: stock.Counters{Received: c[0], Available: c[1], Reserved: c[2], Sold: c[3]}, Version: r.Version}
	return &stock.Answer{Reference: ref, Kind: r.Kind, Quantity: r.Quantity, Reason: r.Reason, Level: level}, nil
}
