package stock_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/stock/internal/stock"
	"orderly/services/stock/internal/stocktest"
)

// world is a service whose time is told to it.
type world struct {
	*stock.Service
	t      *testing.T
	store  *stocktest.Store
	orders *stocktest.Orders
	now    time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: &stocktest.Store{}, orders: &stocktest.Orders{}, now: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)}
	w.Service = stock.NewService(w.store, w.orders, func() time.Time { return w.now })
	t.Cleanup(func() { require.NoError(t, w.store.Judge()) })
	return w
}

var ctx = context.Background()

func usd(amount int64) stock.Money {
	m, err := stock.NewMoney(amount, "USD")
	if err != nil {
		panic(err)
	}
	return m
}

func details(price stock.Money, low int64) stock.Details {
	d, err := stock.NewDetails("a thing", price, low, nil)
	if err != nil {
		panic(err)
	}
	return d
}

// product makes a product of price 100 USD with so many pieces.
func (w *world) product(sku string, pieces int64) {
	w.t.Helper()
	_, err := w.Create(ctx, sku, details(usd(100), 0))
	require.NoError(w.t, err)
	if pieces > 0 {
		w.receive(sku, pieces, "first")
	}
}

func (w *world) receive(sku string, pieces int64, reference string) {
	w.t.Helper()
	r, err := stock.NewReceipt(sku, pieces, reference)
	require.NoError(w.t, err)
	_, err = w.Receive(ctx, r)
	require.NoError(w.t, err)
}

func ask(orderID string, items ...stock.Item) stock.Ask {
	a, err := stock.NewAsk(orderID, items, time.Minute)
	if err != nil {
		panic(err)
	}
	return a
}

func (w *world) hold(orderID, sku string, pieces int64) stock.Holding {
	return w.Hold(ctx, ask(orderID, stock.Item{SKU: sku, Quantity: pieces}))
}

func (w *world) pay(orderID, sku string, pieces int64) stock.Reservation {
	w.t.Helper()
	lines := []stock.Line{{SKU: sku, Quantity: pieces, UnitPrice: usd(100)}}
	w.orders.Is(orderID, stock.Order{Fate: stock.Sold, Status: "paid", Lines: lines})
	p, err := stock.NewPaid(orderID, lines)
	require.NoError(w.t, err)
	r, err := w.Pay(ctx, p)
	require.NoError(w.t, err)
	return r
}

// has checks available, reserved and sold.
func (w *world) has(sku string, available, reserved, sold int64) {
	w.t.Helper()
	levels, err := w.Levels(ctx, sku)
	require.NoError(w.t, err)
	want := stock.Counters{Received: available + reserved + sold, Available: available, Reserved: reserved, Sold: sold}
	assert.Equal(w.t, want, levels[0].Counters)
}

// later lets time pass and what is due lapse.
func (w *world) later(d time.Duration) map[string]stock.Outcome {
	w.t.Helper()
	w.now = w.now.Add(d)
	lapsed, err := w.Sweep(ctx)
	require.NoError(w.t, err)
	return lapsed
}
