package stock_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/stock/internal/stock"
)

func version(v int64) func(int64) bool { return func(now int64) bool { return now == v } }

func TestAProductIsChangedByWhoSawItLast(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 5)
	_, err := w.Create(ctx, "pen", details(usd(1), 0))
	assert.ErrorIs(t, err, stock.ErrProductExists)
	p, err := w.Revise(ctx, "pen", details(usd(2), 0), version(1))
	require.NoError(t, err)
	assert.Equal(t, int64(2), p.Version(), "stock that came in did not change it")
	_, err = w.Revise(ctx, "pen", details(usd(3), 0), version(1))
	assert.ErrorIs(t, err, stock.ErrVersionMismatch)
	_, err = w.Revise(ctx, "dodo", details(usd(3), 0), version(1))
	assert.ErrorIs(t, err, stock.ErrVersionMismatch)
	_, err = w.Revise(ctx, "dodo", details(usd(3), 0), nil)
	assert.ErrorContains(t, err, "no product")
}

func TestAProductIsRemovedWhenNothingOfItIsLeft(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 2)
	assert.ErrorIs(t, w.Remove(ctx, "pen"), stock.ErrProductInUse)
	w.hold("a", "pen", 2)
	assert.ErrorIs(t, w.Remove(ctx, "pen"), stock.ErrProductInUse)
	w.pay("a", "pen", 2)
	require.NoError(t, w.Remove(ctx, "pen"))
	_, err := w.Product(ctx, "pen")
	assert.ErrorContains(t, err, "no product")
	_, err = w.Levels(ctx, "pen")
	assert.ErrorContains(t, err, "no product")
	assert.Error(t, w.Remove(ctx, "pen"))
	_, err = w.GiveBack(ctx, "a", "cancelled")
	require.NoError(t, err, "what was sold can return to where the product was")

	p, err := w.Create(ctx, "pen", details(usd(7), 0))
	require.NoError(t, err)
	assert.Equal(t, int64(3), p.Version(), "no version comes twice")
	w.has("pen", 2, 0, 0)
}

func TestProductsAreListedBySKU(t *testing.T) {
	w := newWorld(t)
	for _, sku := range []string{"b2", "a1", "b1", "b3", "b4", "c1"} {
		w.product(sku, 0)
	}
	require.NoError(t, w.Remove(ctx, "b2"))
	var seen []string
	after, more := "", true
	for more {
		var page []stock.Product
		var err error
		page, more, err = w.Products(ctx, "b", after, 1)
		require.NoError(t, err)
		for _, p := range page {
			seen = append(seen, p.SKU())
			after = p.SKU()
		}
	}
	assert.Equal(t, []string{"b1", "b3", "b4"}, seen)
}

func TestWhatCannotBeAProduct(t *testing.T) {
	_, err := stock.NewMoney(-1, "USD")
	assert.Error(t, err)
	for _, currency := range []string{"", "US", "usd", "XYZ", "D U", "USD EUR", " US"} {
		_, err := stock.NewMoney(1, currency)
		assert.Error(t, err, currency)
	}
	many := map[string]string{}
	for i := range 51 {
		many[strings.Repeat("x", i+1)] = "1"
	}
	for field, f := range map[string]func() error{
		"name":       func() error { _, err := stock.NewDetails("", usd(1), 0, nil); return err },
		"name ":      func() error { _, err := stock.NewDetails(strings.Repeat("書", 201), usd(1), 0, nil); return err },
		"unitPrice":  func() error { _, err := stock.NewDetails("n", stock.Money{}, 0, nil); return err },
		"lowStockAt": func() error { _, err := stock.NewDetails("n", usd(1), -1, nil); return err },
		"attributes": func() error { _, err := stock.NewDetails("n", usd(1), 0, many); return err },
	} {
		bad, ok := errors.AsType[*stock.Invalid](f())
		if assert.True(t, ok, field) {
			assert.Equal(t, strings.TrimSpace(field), bad.Field)
		}
	}
}

func row(t *testing.T, sku string, price, receive int64, reference string) stock.Row {
	t.Helper()
	r, err := stock.NewRow(sku, "a thing", usd(price), nil, nil, receive, reference)
	require.NoError(t, err)
	return r
}

func TestALoadedRowDoesAllOrNothing(t *testing.T) {
	w := newWorld(t)
	d, err := stock.NewDetails("a pen", usd(1), 4, map[string]string{"ink": `"blue"`})
	require.NoError(t, err)
	_, err = w.Create(ctx, "pen", d)
	require.NoError(t, err)
	w.receive("pen", 5, "used")
	got, err := w.Load(ctx, []stock.Row{
		row(t, "book", 10, 3, "r"),
		row(t, "pen", 20, 7, "used"), // another quantity
		row(t, "book", 11, 3, "r"),   // applied after the first
		row(t, "pen", 30, 0, ""),
	})
	require.NoError(t, err)
	assert.Equal(t, stock.Loaded{Created: true, Received: true}, got[0])
	assert.ErrorIs(t, got[1].Err, stock.ErrReferenceReused)
	assert.Equal(t, stock.Loaded{Updated: true}, got[2])
	assert.Equal(t, stock.Loaded{Updated: true}, got[3])
	w.has("book", 3, 0, 0)
	w.has("pen", 5, 0, 0)
	p, err := w.Product(ctx, "pen")
	require.NoError(t, err)
	assert.Equal(t, int64(2), p.Version(), "the row that failed changed nothing")
	assert.Equal(t, int64(4), p.Details().LowStockAt(), "what the row leaves out stays")
	assert.Equal(t, map[string]string{"ink": `"blue"`}, p.Details().Attributes())

	again, err := w.Load(ctx, []stock.Row{row(t, "book", 11, 3, "r")})
	require.NoError(t, err)
	assert.Equal(t, stock.Loaded{Updated: true}, again[0])
	p, err = w.Product(ctx, "book")
	require.NoError(t, err)
	assert.Equal(t, int64(2), p.Version(), "the same row again is no change")
}

func TestWhatCannotBeLoaded(t *testing.T) {
	_, err := stock.NewRow("pen", "a pen", usd(1), nil, nil, 1, "")
	assert.EqualError(t, err, "reference is required with receive")
	_, err = stock.NewRow("pen", "a pen", usd(1), nil, nil, -1, "r")
	assert.ErrorContains(t, err, "receive")
	_, err = stock.NewRow("pen", "", usd(1), nil, nil, 0, "")
	assert.ErrorContains(t, err, "name")
}
