package harness

import (
	"flag"
	"slices"
	"strings"
	"sync"
)

// Rows is the surface that api.md promises. Stories must have had a good answer from each, by both doors.
var Rows = map[string][]string{
	"order": {
		"POST /v1/orders", "POST /v1/orders/batch", "POST /v1/orders/lookup", "GET /v1/orders/{id}", "GET /v1/orders", "GET /v1/orders/{id}/events",
		"POST /v1/orders/{id}/payment", "POST /v1/orders/{id}/shipment", "POST /v1/orders/{id}/delivery", "DELETE /v1/orders/{id}", "GET /v1/settings",
	},
	"stock": {
		"POST /v1/products", "GET /v1/products/{sku}", "PUT /v1/products/{sku}", "DELETE /v1/products/{sku}", "GET /v1/products",
		"POST /v1/products/import", "GET /v1/stock/{sku}", "GET /v1/stock", "POST /v1/stock/{sku}/receipts", "POST /v1/stock/{sku}/adjustments",
		"GET /v1/stock/{sku}/ledger", "POST /v1/reservations", "POST /v1/reservations/batch", "GET /v1/reservations/{orderId}",
		"POST /v1/reservations/{orderId}/commit", "DELETE /v1/reservations/{orderId}", "GET /v1/settings",
	},
	"notify": {
		"GET /v1/notifications", "GET /v1/feed", "GET /v1/customers/{id}/contact", "PUT /v1/customers/{id}/contact",
		"GET /v1/deadletters", "POST /v1/deadletters/{id}/replay", "DELETE /v1/deadletters/{id}", "GET /v1/settings",
	},
}

var (
	called   = map[string]bool{}
	calledMu sync.Mutex
)

// note remembers that a row was answered well, by which door.
func (c Client) note(row string) {
	calledMu.Lock()
	defer calledMu.Unlock()
	called[c.door()+" "+c.app+": "+row] = true
}

func (c Client) door() string {
	if c.caller == "" {
		return "direct"
	}
	return "through dapr"
}

// Uncalled lists the rows that no story had a good answer from, by each door that was not left out (-test.skip);
// nothing when only some stories were told.
func Uncalled() []string {
	if run := flag.Lookup("test.run"); run != nil && run.Value.String() != "" || len(called) == 0 {
		return nil
	}
	var doors, missing []string
	for _, door := range []string{"direct", "through dapr"} {
		if skip := flag.Lookup("test.skip"); skip == nil || !strings.Contains(skip.Value.String(), "/^"+door+"$") {
			doors = append(doors, door)
		}
	}
	for app, rows := range Rows {
		for _, row := range rows {
			for _, door := range doors {
				if name := door + " " + app + ": " + row; !called[name] {
					missing = append(missing, name)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing
}
