package simulation

import (
	"encoding/json"
	"hash/fnv"

	"orderly/services/internal/event"
)

// forged is an order that never was.
const forged = "forged"

// forge has somebody publish the payment of an order that never was.
func (b *bus) forge() {
	b.mu.Lock()
	defer b.mu.Unlock()
	data := `{"orderId":"` + forged + `","items":[{"sku":"` + skus[0] + `","quantity":1,"unitPrice":{"amount":100,"currency":"USD"}}]}`
	b.wait(delivery{"stock", event.Event{ID: forged + ".1", Source: "/orders", Type: "order.paid.v1", Subject: forged, Sequence: 1, Data: []byte(data)}})
}

// lostPayment reports whether stock is never told of a payment, as if its event had
// been thrown away as a dead letter: so with one order of eight.
func lostPayment(e event.Event) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(e.Subject)) // never fails
	return e.Type == "order.paid.v1" && h.Sum32()%8 == 0
}

// believe answers of every order that it is paid: the mistake of who does not ask.
func believe(body []byte) ([]byte, error) {
	var ask struct {
		IDs []string `json:"ids"`
	}
	if err := json.Unmarshal(body, &ask); err != nil {
		return nil, err
	}
	items := []any{}
	for _, id := range ask.IDs {
		items = append(items, map[string]any{"id": id, "status": "paid",
			"items": []any{map[string]any{"sku": skus[0], "quantity": 1, "unitPrice": map[string]any{"amount": 100, "currency": "USD"}}}})
	}
	return json.Marshal(map[string]any{"items": items})
}
