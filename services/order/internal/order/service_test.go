package order_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/services/order/internal/order"
)

// memory is a Store without a disk.
type memory struct {
	mu      sync.Mutex
	orders  map[string]order.Order
	changed map[string]time.Time
	fault   error // of every Create
	gets    int
	updates int
}

func (m *memory) Get(_ context.Context, ids ...string) (map[string]order.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gets++
	found := map[string]order.Order{}
	for _, id := range ids {
		if o, ok := m.orders[id]; ok {
			found[id] = o
		}
	}
	return found, nil
}

func (m *memory) Create(_ context.Context, news []order.New) []error {
	m.mu.Lock()
	defer m.mu.Unlock()
	errs := make([]error, len(news))
	for i, n := range news {
		id := n.Order.ID()
		if _, exists := m.orders[id]; exists {
			errs[i] = order.ErrExists
		} else if errs[i] = m.fault; errs[i] == nil {
			m.orders[id] = n.Order
		}
	}
	return errs
}

func (m *memory) Update(_ context.Context, changes ...order.Change) []order.Changed {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(changes) > 0 {
		m.updates++
	}
	changed := make([]order.Changed, len(changes))
	for i, c := range changes {
		o, err := c.To(m.orders[c.ID])
		if err == nil {
			m.orders[c.ID], m.changed[c.ID] = o, time.Now()
		}
		changed[i] = order.Changed{Order: o, Err: err}
	}
	return changed
}

func (m *memory) count(status order.Status) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.orders {
		if o.Status() == status {
			n++
		}
	}
	return n
}

func (m *memory) since(id string) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Since(m.changed[id])
}

func (m *memory) List(context.Context, order.Filter) ([]order.Order, string, error) {
	return nil, "", nil
}

func (m *memory) Later(order.Work, string, time.Time) {}

func (m *memory) Due(_ context.Context, w order.Work, now time.Time, limit int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(m.orders)) {
		o := m.orders[id]
		pending := o.Status() == order.Pending && w == order.Unsettled
		late := o.Status().Open() && !now.Before(o.ExpiresAt()) && w == order.Unpaid
		if (pending || late) && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// stock is a Stock of functions.
type stock struct {
	reserve func(id string, items []order.Item) ([]order.Item, error)
	holds   func(id string) (bool, error) // nil: nothing

	mu       sync.Mutex
	calls    int
	asked    []string
	released []string
}

func (s *stock) Reserve(_ context.Context, asks []order.Ask) []order.Held {
	s.mu.Lock()
	s.calls++
	for _, a := range asks {
		s.asked = append(s.asked, a.OrderID)
	}
	s.mu.Unlock()
	held := make([]order.Held, len(asks))
	for i, a := range asks {
		held[i].Items, held[i].Err = s.reserve(a.OrderID, a.Items)
	}
	return held
}

func (s *stock) Release(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = append(s.released, id)
	return nil
}

func (s *stock) Holds(_ context.Context, id string) (bool, error) {
	if s.holds == nil {
		return false, nil
	}
	return s.holds(id)
}

func service(reserve func(string, []order.Item) ([]order.Item, error)) (*order.Service, *memory, *stock) {
	m, st := &memory{orders: map[string]order.Order{}, changed: map[string]time.Time{}}, &stock{reserve: reserve}
	return &order.Service{Store: m, Stock: st, Now: func() time.Time { return noon }, NewID: func() string { return "o1" }, PaymentTTL: func() time.Duration { return time.Minute }}, m, st
}

// place is PlaceAll for one.
func place(t *testing.T, s *order.Service, r order.Request) (order.Placed, error) {
	t.Helper()
	p := placeAll(t, s, r)[0]
	return p, p.Err
}

func placeAll(t *testing.T, s *order.Service, requests ...order.Request) []order.Placed {
	t.Helper()
	all := make([]order.Placement, len(requests))
	for i, r := range requests {
		all[i] = order.Placement{Ctx: t.Context(), Request: r}
	}
	placed := s.PlaceAll(t.Context(), all)
	require.Len(t, placed, len(all))
	return placed
}

func holds(string, []order.Item) ([]order.Item, error)  { return held, nil }
func silent(string, []order.Item) ([]order.Item, error) { return nil, order.ErrStockSilent }
func short(id string, items []order.Item) ([]order.Item, error) {
	return nil, &order.OutOfStock{OrderID: id, Items: items, Shortages: []order.Shortage{{SKU: "tea", Requested: 2}}}
}

func keyed(key string) order.Request {
	r := request
	r.Key = key
	return r
}
