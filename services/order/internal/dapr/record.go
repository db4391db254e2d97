package dapr

import (
	"encoding/json"
	"fmt"
	"strings"

	"orderly/services/order/internal/order"
)

// record is an order as it is stored: its history, from which it is replayed.
type record struct {
	V       int           `json:"v"`
	History []order.Event `json:"history"`
}

// recordVersion is the shape written today. An older one is read for ever.
const recordVersion = 1

// Codec stores orders: ledger.Codec for keys "order:<id>".
type Codec struct{}

// Encode returns the record of an order.
func (Codec) Encode(key string, value any) ([]byte, error) {
	o, ok := value.(order.Order)
	if !ok {
		return nil, fmt.Errorf("%s is no order but %T", key, value)
	}
	return json.Marshal(record{V: recordVersion, History: o.History()})
}

// Decode replays an order from its record.
func (Codec) Decode(key string, body []byte) (any, error) {
	id := strings.TrimPrefix(key, "order:")
	var r record
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("order %s cannot be read: %w", id, err)
	}
	if r.V != recordVersion {
		return nil, fmt.Errorf("order %s has record version %d, this service knows %d", id, r.V, recordVersion)
	}
	return order.Replay(r.History)
}
