package stock_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/stock/internal/stock"
)

func TestHoldTakesAllOrNothing(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 2)
	w.product("book", 10)
	got := w.Hold(ctx, ask("o1", stock.Item{SKU: "pen", Quantity: 3}, stock.Item{SKU: "book", Quantity: 1}))
	short, ok := errors.AsType[*stock.OutOfStock](got.Err)
	require.True(t, ok, got.Err)
	assert.Equal(t, []stock.Shortage{{SKU: "pen", Requested: 3, Available: 2}}, short.Shortages)
	assert.Equal(t, []stock.Line{{"pen", 3, usd(100)}, {"book", 1, usd(100)}}, short.Lines)
	w.has("book", 10, 0, 0)

	got = w.Hold(ctx, ask("o1", stock.Item{SKU: "pen", Quantity: 2}, stock.Item{SKU: "book", Quantity: 1}))
	require.NoError(t, got.Err, "a refusal is not remembered")
	assert.False(t, got.Replayed)
	assert.Equal(t, w.now.Add(time.Minute), got.Reservation.ExpiresAt())
	w.has("pen", 0, 2, 0)
	w.has("book", 9, 1, 0)
}

func TestTheFirstAnswerIsRepeated(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	first := w.hold("o1", "pen", 2)
	w.now = w.now.Add(time.Second)
	again := w.hold("o1", "pen", 5) // whatever is asked now
	require.NoError(t, again.Err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.Reservation.Lines(), again.Reservation.Lines())
	assert.Equal(t, first.Reservation.ExpiresAt(), again.Reservation.ExpiresAt())
	_, err := w.Commit(ctx, "o1")
	require.NoError(t, err)
	assert.Equal(t, stock.Committed, w.hold("o1", "pen", 2).Reservation.State())
	w.has("pen", 8, 0, 2)
}

func TestAPriceIsThatOfTheMomentOfTheHold(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("o1", "pen", 1)
	_, err := w.Revise(ctx, "pen", details(usd(999), 0), nil)
	require.NoError(t, err)
	w.later(time.Hour)
	r, err := w.Commit(ctx, "o1") // held anew, but not priced anew
	require.NoError(t, err)
	assert.Equal(t, usd(100), r.Lines()[0].UnitPrice)
	assert.Equal(t, usd(999), w.hold("o2", "pen", 1).Reservation.Lines()[0].UnitPrice)
}

func TestWhatCannotBeHeld(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	eur, err := stock.NewMoney(1, "EUR")
	require.NoError(t, err)
	_, err = w.Create(ctx, "stein", details(eur, 0))
	require.NoError(t, err)
	got := w.Hold(ctx, ask("o1", stock.Item{SKU: "dodo", Quantity: 1}, stock.Item{SKU: "pen", Quantity: 1}, stock.Item{SKU: "rex", Quantity: 1}))
	unknown, ok := errors.AsType[*stock.UnknownItems](got.Err)
	require.True(t, ok)
	assert.Equal(t, []string{"dodo", "rex"}, unknown.SKUs)
	got = w.Hold(ctx, ask("o1", stock.Item{SKU: "pen", Quantity: 1}, stock.Item{SKU: "stein", Quantity: 1}))
	assert.ErrorIs(t, got.Err, stock.ErrMixedCurrencies)
	require.NoError(t, w.Remove(ctx, "stein"))
	got = w.hold("o1", "stein", 1)
	assert.ErrorContains(t, got.Err, "unknown")
	w.has("pen", 10, 0, 0)
}

func TestWhatCannotBeAsked(t *testing.T) {
	many := make([]stock.Item, 101)
	for i := range many {
		many[i] = stock.Item{SKU: fmt.Sprint(i), Quantity: 1}
	}
	one := many[:1]
	for field, f := range map[string]func() error{
		"orderId":           func() error { _, err := stock.NewAsk("", one, time.Minute); return err },
		"items":             func() error { _, err := stock.NewAsk("o", nil, time.Minute); return err },
		"items ":            func() error { _, err := stock.NewAsk("o", many, time.Minute); return err },
		"items  ":           func() error { _, err := stock.NewAsk("o", []stock.Item{{"a", 1}, {"a", 2}}, time.Minute); return err },
		"items[0].quantity": func() error { _, err := stock.NewAsk("o", []stock.Item{{"a", 0}}, time.Minute); return err },
		"items[1].quantity": func() error {
			_, err := stock.NewAsk("o", []stock.Item{{"a", 1}, {"b", 1_000_001}}, time.Minute)
			return err
		},
		"items[0].sku": func() error { _, err := stock.NewAsk("o", []stock.Item{{"", 1}}, time.Minute); return err },
		"ttlSeconds":   func() error { _, err := stock.NewAsk("o", one, time.Millisecond); return err },
		"ttlSeconds ":  func() error { _, err := stock.NewAsk("o", one, 31*24*time.Hour); return err },
	} {
		bad, ok := errors.AsType[*stock.Invalid](f())
		if assert.True(t, ok, field) {
			assert.Contains(t, field, bad.Field)
		}
	}
}

func TestABatchDecidesInItsOrder(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 250)
	var asks []stock.Ask
	for i := range 300 {
		asks = append(asks, ask(fmt.Sprintf("o%d", i), stock.Item{SKU: "pen", Quantity: 1}))
	}
	asks = append(asks, asks[0])
	got := w.HoldAll(ctx, asks)
	require.Len(t, got, 301)
	for i, g := range got[:300] {
		assert.Equal(t, i < 250, g.Err == nil, "%d: %v", i, g.Err)
	}
	assert.True(t, got[300].Replayed)
	w.has("pen", 0, 250, 0)
}
