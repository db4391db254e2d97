package stock_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/stock/internal/stock"
)

func (w *world) adjust(sku string, delta int64, reference string) (stock.Changed, error) {
	w.t.Helper()
	a, err := stock.NewAdjustment(sku, delta, "counted", reference)
	require.NoError(w.t, err)
	return w.Adjust(ctx, a)
}

func TestAReferenceCountsOnce(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 0)
	w.receive("pen", 5, "r")
	w.receive("pen", 1, "s")
	receipt, err := stock.NewReceipt("pen", 5, "r")
	require.NoError(t, err)
	again, err := w.Receive(ctx, receipt)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, int64(5), again.Available, "the first answer")
	other, err := stock.NewReceipt("pen", 6, "r")
	require.NoError(t, err)
	_, err = w.Receive(ctx, other)
	assert.ErrorIs(t, err, stock.ErrReferenceReused)
	_, err = w.adjust("pen", 5, "r")
	assert.ErrorIs(t, err, stock.ErrReferenceReused)
	w.has("pen", 6, 0, 0)
}

func TestAnAdjustmentTakesNoMoreThanThereIs(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 5)
	w.hold("a", "pen", 3)
	_, err := w.adjust("pen", -3, "x")
	low, ok := errors.AsType[*stock.BelowZero](err)
	require.True(t, ok, err)
	assert.Equal(t, int64(2), low.Available)
	_, err = w.adjust("pen", -2, "x")
	require.NoError(t, err, "a refusal does not use up its reference")
	w.has("pen", 0, 3, 0)
}

func TestCountersDoNotOverflow(t *testing.T) {
	w := newWorld(t)
	w.product("pen", stock.MaxCount-1)
	receipt, err := stock.NewReceipt("pen", 2, "more")
	require.NoError(t, err)
	_, err = w.Receive(ctx, receipt)
	assert.ErrorIs(t, err, stock.ErrTooMany)
	_, err = w.adjust("pen", stock.MaxCount, "more")
	assert.ErrorIs(t, err, stock.ErrTooMany)
	for _, quantity := range []int64{0, -1, stock.MaxCount + 1} {
		_, err := stock.NewReceipt("pen", quantity, "r")
		assert.Error(t, err)
	}
	w.has("pen", stock.MaxCount-1, 0, 0)
}

func TestEventsAreToldWhenALevelIsCrossed(t *testing.T) {
	w := newWorld(t)
	_, err := w.Create(ctx, "pen", details(usd(1), 3))
	require.NoError(t, err)
	w.receive("pen", 10, "1")         // received
	w.hold("a", "pen", 6)             // 4 left
	w.hold("b", "pen", 1)             // 3: low
	w.hold("c", "pen", 1)             // 2: still low
	w.hold("d", "pen", 2)             // 0: out
	require.NoError(t, err)           //
	_, err = w.Release(ctx, "d")      // 2: back
	require.NoError(t, err)           //
	_, err = w.adjust("pen", +3, "2") // 5: adjusted
	require.NoError(t, err)           //
	_, err = w.adjust("pen", -5, "3") // 0: adjusted, low and out
	require.NoError(t, err)           //
	w.receive("pen", 1, "4")          // received, back
	assert.Equal(t, []string{"pen.1 stock.received.v1", "pen.2 stock.low.v1", "pen.3 stock.out.v1", "pen.4 stock.back.v1", "pen.5 stock.adjusted.v1",
		"pen.6 stock.adjusted.v1", "pen.7 stock.low.v1", "pen.8 stock.out.v1", "pen.9 stock.received.v1", "pen.10 stock.back.v1"}, w.store.Events())
}

func TestAProductThatSaysNothingIsLowWhereTheShopSays(t *testing.T) {
	w := newWorld(t)
	w.store.LowAt = 5
	_, err := w.Create(ctx, "own", details(usd(1), 3))
	require.NoError(t, err)
	w.receive("own", 10, "1")
	w.hold("a", "own", 6) // 4: not low for itself
	w.product("pen", 10)
	w.hold("b", "pen", 5) // 5: low
	w.store.LowAt = 2
	w.hold("c", "pen", 2) // 3: not low any more
	w.store.LowAt = 0
	w.hold("d", "pen", 2) // 1: nobody says
	assert.Equal(t, []string{"own.1 stock.received.v1", "pen.1 stock.received.v1", "pen.2 stock.low.v1"}, w.store.Events())
}

func TestALedgerIsReadInPages(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("a", "pen", 2)
	w.pay("a", "pen", 2)
	_, err := w.GiveBack(ctx, "a", "cancelled")
	require.NoError(t, err)
	first, more, err := w.Ledger(ctx, "pen", 0, 3)
	require.NoError(t, err)
	assert.True(t, more)
	second, more, err := w.Ledger(ctx, "pen", 3, 3)
	require.NoError(t, err)
	assert.False(t, more)
	var kinds []stock.Kind
	for _, e := range append(first, second...) {
		kinds = append(kinds, e.Kind)
	}
	assert.Equal(t, []stock.Kind{stock.KindReceived, stock.KindHeld, stock.KindCommitted, stock.KindReturned}, kinds)
	assert.Equal(t, "a", second[0].OrderID)
	assert.Equal(t, "cancelled", second[0].Reason)
	_, _, err = w.Ledger(ctx, "dodo", 0, 3)
	assert.ErrorContains(t, err, "no product dodo")
}

func TestWhatIsBrokenIsNotOpened(t *testing.T) {
	good := stock.ShelfState{SKU: "pen", Currency: "USD"}
	_, err := stock.OpenShelf(good)
	require.NoError(t, err)
	for _, c := range []stock.Counters{{Received: 1}, {Received: -1, Available: -1}, {Available: 1, Sold: -1}} {
		bad := good
		bad.Counters = c
		_, err := stock.OpenShelf(bad)
		assert.Error(t, err, "%+v", c)
	}
	for _, bad := range []stock.ShelfState{{SKU: "pen", Currency: "USX"}, {SKU: "pen", Currency: "USD", Version: -1}, {SKU: "pen", Currency: "USD", Told: -1}} {
		_, err = stock.OpenShelf(bad)
		assert.Error(t, err, "%+v", bad)
	}
	_, err = stock.OpenProduct(stock.ProductState{SKU: "pen", Name: "a pen", Currency: "USD", Version: 1})
	require.NoError(t, err)
	_, err = stock.OpenProduct(stock.ProductState{SKU: "pen", Name: "a pen", Currency: "USX", Version: 1})
	assert.Error(t, err)
	_, err = stock.OpenProduct(stock.ProductState{SKU: "pen", Currency: "USD", Version: 1})
	assert.Error(t, err)
}
