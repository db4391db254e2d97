package dapr

import (
	"encoding/json"
	"fmt"

	"orderly/services/order/internal/order"
)

// record is an order as it is stored: its history, from which it is replayed.
type record struct {
	V       int           `json:"v"`
	History []order.Event `json:"history"`
}

// recordVersion is the shape written today. An older one is read for ever.
const recordVersion = 1

func encode(o order.Order) ([]byte, error) {
	return json.Marshal(record{V: recordVersion, History: o.History()})
}

func decode(id string, value []byte) (order.Order, error) {
	var r record
	if err := json.Unmarshal(value, &r); err != nil {
		return order.Order{}, fmt.Errorf("order %s cannot be read: %w", id, err)
	}
	if r.V != recordVersion {
		return order.Order{}, fmt.Errorf("order %s has record version %d, this service knows %d", id, r.V, recordVersion)
	}
	return order.Replay(r.History)
}

// stamp writes the trace that made them into the events after version.
func stamp(o order.Order, version int64, traceID string) (order.Order, error) {
	h := o.History()
	for i := version; i < int64(len(h)); i++ {
		h[i].TraceID = traceID
	}
	return order.Replay(h)
}
