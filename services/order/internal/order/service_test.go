package order_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/order/internal/order"
)

// memory is a Store without a disk.
type memory struct {
	mu     sync.Mutex
	orders map[string]order.Order
}

func (m *memory) Get(_ context.Context, id string) (order.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if o, ok := m.orders[id]; ok {
		return o, nil
	}
	return order.Order{}, order.ErrNotFound
}

func (m *memory) Create(_ context.Context, o order.Order) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.orders[o.ID()]; ok {
		return order.ErrExists
	}
	m.orders[o.ID()] = o
	return nil
}

func (m *memory) Update(_ context.Context, id string, change func(order.Order) (order.Order, error)) (order.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, err := change(m.orders[id])
	if err == nil {
		m.orders[id] = o
	}
	return o, err
}

func (m *memory) List(context.Context, order.Filter) ([]order.Order, string, error) {
	return nil, "", nil
}

func (m *memory) Due(context.Context, time.Time, int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for id, o := range m.orders {
		if o.Status().Open() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// stock is a Stock of functions.
type stock struct {
	reserve  func(id string, items []order.Item) ([]order.Item, error)
	released []string
}

func (s *stock) Reserve(_ context.Context, asks []order.Ask) []order.Held {
	held := make([]order.Held, len(asks))
	for i, a := range asks {
		held[i].Items, held[i].Err = s.reserve(a.OrderID, a.Items)
	}
	return held
}

func (s *stock) Release(_ context.Context, id string) error {
	s.released = append(s.released, id)
	return nil
}

func service(reserve func(string, []order.Item) ([]order.Item, error)) (*order.Service, *memory, *stock) {
	m, st := &memory{orders: map[string]order.Order{}}, &stock{reserve: reserve}
	return &order.Service{Store: m, Stock: st, Now: func() time.Time { return noon }, NewID: func() string { return "o1" }, PaymentTTL: time.Minute}, m, st
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

func TestPlaceKeepsWhatStockDecides(t *testing.T) {
	ctx := t.Context()
	s, _, _ := service(holds)
	p, err := s.Place(ctx, request)
	require.NoError(t, err)
	assert.Equal(t, order.Confirmed, p.Order.Status())
	assert.Equal(t, total, *p.Order.Total())

	s, m, _ := service(short)
	_, err = s.Place(ctx, request)
	var out *order.OutOfStock
	require.ErrorAs(t, err, &out)
	assert.Equal(t, order.Rejected, m.orders[out.OrderID].Status())

	s, m, _ = service(func(string, []order.Item) ([]order.Item, error) { return nil, &order.Refused{Code: "unknown-product"} })
	_, err = s.Place(ctx, request)
	var no *order.Refused
	require.ErrorAs(t, err, &no)
	assert.Empty(t, m.orders)

	s, _, _ = service(silent)
	p, err = s.Place(ctx, request)
	require.NoError(t, err)
	assert.Equal(t, order.Pending, p.Order.Status())
}

func TestTheFirstAnswerIsRepeated(t *testing.T) {
	ctx := t.Context()
	s, _, st := service(holds)
	first, err := s.Place(ctx, keyed("k"))
	require.NoError(t, err)
	_, err = s.Pay(ctx, first.Order.ID(), order.Payment{Reference: "r", Amount: total})
	require.NoError(t, err)
	st.reserve = func(string, []order.Item) ([]order.Item, error) { return nil, errors.New("stock is not asked again") }
	again, err := s.Place(ctx, keyed("k"))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.Order, again.Order, "as it was answered, though it was paid since")

	other := keyed("k")
	other.Items = []order.Item{{SKU: "tea", Quantity: 3}}
	_, err = s.Place(ctx, other)
	require.ErrorIs(t, err, order.ErrKeyReused)

	s, _, _ = service(short)
	_, err = s.Place(ctx, keyed("k"))
	require.Error(t, err)
	_, err = s.Place(ctx, keyed("k"))
	var out *order.OutOfStock
	require.ErrorAs(t, err, &out)
	assert.True(t, out.Replayed)
}

func TestSideBySideOneKeyIsOneOrder(t *testing.T) {
	s, m, _ := service(holds)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			_, err := s.Place(t.Context(), keyed("k"))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Len(t, m.orders, 1)
}

func TestABatchIsAnsweredInItsOrder(t *testing.T) {
	s, m, st := service(nil)
	n := 0
	s.NewID = func() string { n++; return fmt.Sprint("o", n) }
	st.reserve = func(id string, items []order.Item) ([]order.Item, error) {
		switch items[0].SKU {
		case "none":
			return nil, &order.Refused{Code: "unknown-product"}
		case "short":
			return short(id, items)
		}
		return held, nil
	}
	var requests []order.Request
	for i := range 60 {
		r := request
		r.Items = []order.Item{{SKU: []string{"tea", "none", "short", ""}[i%4], Quantity: 2}}
		requests = append(requests, r)
	}
	for i, p := range s.PlaceAll(t.Context(), requests) {
		var no *order.Refused
		var out *order.OutOfStock
		var bad *order.Invalid
		switch i % 4 {
		case 0:
			require.NoError(t, p.Err)
			assert.Equal(t, order.Confirmed, p.Order.Status())
		case 1:
			require.ErrorAs(t, p.Err, &no)
		case 2:
			require.ErrorAs(t, p.Err, &out)
		case 3:
			require.ErrorAs(t, p.Err, &bad)
		}
	}
	assert.Len(t, m.orders, 30)
}

func TestATotalThatIsNoMoneyIsRefusedAndGivenBack(t *testing.T) {
	dear := []order.Item{{SKU: "tea", Quantity: 2, UnitPrice: &order.Money{Amount: 1 << 62, Currency: "USD"}}}
	s, m, st := service(func(string, []order.Item) ([]order.Item, error) { return dear, nil })
	_, err := s.Place(t.Context(), request)
	require.ErrorIs(t, err, order.ErrOverflow)
	assert.Empty(t, m.orders)
	assert.Equal(t, []string{"o1"}, st.released)
}

func TestSweepSettlesAndExpires(t *testing.T) {
	for name, c := range map[string]struct {
		reserve  func(string, []order.Item) ([]order.Item, error)
		want     order.Status
		released bool
	}{
		"held":            {holds, order.Confirmed, false},
		"short":           {short, order.Rejected, false},
		"still silent":    {silent, order.Pending, false},
		"unknown product": {func(string, []order.Item) ([]order.Item, error) { return nil, &order.Refused{Code: "unknown-product"} }, order.Rejected, false},
		"another body":    {func(string, []order.Item) ([]order.Item, error) { return nil, order.ErrKeyReused }, order.Rejected, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, m, st := service(silent)
			_, err := s.Place(t.Context(), request)
			require.NoError(t, err)
			st.reserve = c.reserve
			_, err = s.Sweep(t.Context())
			require.NoError(t, err)
			assert.Equal(t, c.want, m.orders["o1"].Status())
			assert.Len(t, m.orders["o1"].Items(), 1, "what was ordered stays, priced or not")
			assert.Equal(t, c.want == order.Confirmed, m.orders["o1"].Total() != nil)
			assert.Equal(t, c.released, len(st.released) > 0)

			s.Now = func() time.Time { return noon.Add(time.Hour) }
			_, err = s.Sweep(t.Context())
			require.NoError(t, err)
			assert.NotEqual(t, order.Confirmed, m.orders["o1"].Status(), "nothing waits for ever")
			assert.NotEqual(t, order.Pending, m.orders["o1"].Status())
		})
	}
}

func TestAnOrderCancelledWhileItSettlesStaysCancelled(t *testing.T) {
	s, m, st := service(silent)
	_, err := s.Place(t.Context(), request)
	require.NoError(t, err)
	st.reserve = func(id string, _ []order.Item) ([]order.Item, error) {
		_, err := s.Cancel(t.Context(), id, "")
		return held, err
	}
	_, err = s.Sweep(t.Context())
	require.NoError(t, err)
	assert.Equal(t, order.Cancelled, m.orders["o1"].Status())
}
