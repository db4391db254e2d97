package stocktest

import (
	"context"
	"sync"

	"orderly/services/stock/internal/stock"
)

// Orders implements stock.Orders, for several callers at once.
type Orders struct {
	mu    sync.Mutex
	All   map[string]stock.Order
	Err   error // what every call answers, when set
	Asked int   // calls so far
}

// Orders returns those that there are.
func (o *Orders) Orders(_ context.Context, ids ...string) (map[string]stock.Order, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Asked++
	found := map[string]stock.Order{}
	for _, id := range ids {
		if it, exists := o.All[id]; exists {
			found[id] = it
		}
	}
	return found, o.Err
}

// Is makes an order, or changes it.
func (o *Orders) Is(id string, it stock.Order) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.All == nil {
		o.All = map[string]stock.Order{}
	}
	o.All[id] = it
}
