package main

import (
	"encoding/json"
	"net/http"
	"sync"
)

// fake is a shop as it should be, with one order and one product.
type fake struct {
	mu      sync.Mutex
	status  string // of the order
	shelf   counters
	deleted bool // the product
	*http.ServeMux
}

func newFake() *fake {
	f := &fake{ServeMux: http.NewServeMux()}
	// on says what a route answers, which moves the order and the shelf first.
	on := func(route string, code int, move func() any) {
		f.HandleFunc(route, func(w http.ResponseWriter, _ *http.Request) {
			f.mu.Lock()
			defer f.mu.Unlock()
			body := move()
			w.WriteHeader(code)
			if code != http.StatusNoContent {
				_ = json.NewEncoder(w).Encode(body) // who does not read it says so
			}
		})
	}
	nothing := func() any { return nil }
	becomes := func(status string, shelf counters) func() any {
		return func() any {
			f.status, f.shelf = status, shelf
			return map[string]any{"id": "1", "status": status, "total": money{200, "USD"}}
		}
	}
	on("GET /readyz", 200, nothing)
	on("GET /version", 200, func() any { return map[string]string{"version": "1.0.0", "commit": "c0ffee"} })
	on("POST /v1/products", 201, nothing)
	on("PUT /v1/customers/{id}/contact", 200, nothing)
	on("POST /v1/stock/{sku}/receipts", 201, becomes("", counters{3, 0, 0}))
	on("POST /v1/orders", 202, becomes("pending", counters{3, 0, 0}))
	on("GET /v1/orders/1", 200, becomes("confirmed", counters{1, 2, 0}))
	on("POST /v1/orders/1/payment", 200, becomes("paid", counters{1, 0, 2}))
	on("DELETE /v1/orders/1", 200, becomes("cancelled", counters{3, 0, 0}))
	on("GET /v1/stock/{sku}", 200, func() any { return f.shelf })
	on("GET /v1/notifications", 200, func() any {
		return map[string]any{"items": []any{map[string]string{"template": "confirmed", "status": "suppressed"}}}
	})
	on("POST /v1/stock/{sku}/adjustments", 201, func() any { f.shelf = counters{}; return f.shelf })
	on("DELETE /v1/products/{sku}", 204, func() any { f.deleted = true; return nil })
	return f
}

// breaks makes one route answer with something else, as soon as the order has that status.
func (f *fake) breaks(route, from string, code int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		now := f.status
		f.mu.Unlock()
		if _, pattern := f.Handler(r); pattern != route || now != from && from != "" {
			f.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	})
}
