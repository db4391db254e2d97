package stock_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/stock/internal/stock"
)

func TestCommitAndReleaseAreDoneOnce(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("a", "pen", 3)
	w.hold("b", "pen", 4)
	for range 2 {
		r, err := w.Commit(ctx, "a")
		require.NoError(t, err)
		assert.Equal(t, "committed", r.State().Status())
		r, err = w.Release(ctx, "b")
		require.NoError(t, err)
		assert.Equal(t, "released", r.State().Status())
		w.has("pen", 7, 0, 3)
	}
	_, err := w.Release(ctx, "a")
	assert.ErrorContains(t, err, "committed cannot become released")
	_, err = w.Commit(ctx, "b")
	assert.ErrorContains(t, err, "released cannot become committed")
	_, err = w.Commit(ctx, "nobody")
	assert.ErrorIs(t, err, stock.ErrNoReservation)
	_, err = w.Reservation(ctx, "nobody")
	assert.ErrorIs(t, err, stock.ErrNoReservation)
}

func TestAReleaseBeforeItsHoldIsRemembered(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	r, err := w.Release(ctx, "late")
	require.NoError(t, err)
	assert.Equal(t, stock.Released, r.State())
	assert.ErrorIs(t, w.hold("late", "pen", 1).Err, stock.ErrReleased)
	w.has("pen", 10, 0, 0)
}

func TestAHoldLapsesWhenItsTimeIsOver(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("a", "pen", 3)
	assert.Empty(t, w.later(59*time.Second))
	assert.Equal(t, map[string]stock.Outcome{"a": stock.HasLapsed}, w.later(time.Second))
	assert.Empty(t, w.later(time.Hour))
	w.has("pen", 10, 0, 0)
	_, err := w.Commit(ctx, "a")
	require.NoError(t, err, "held anew")
	w.has("pen", 7, 0, 3)
}

func TestWhoAsksAgainAfterALapseIsAsNew(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("a", "pen", 3)
	w.later(time.Hour)
	got := w.hold("a", "pen", 2)
	require.NoError(t, got.Err)
	assert.False(t, got.Replayed)
	w.has("pen", 8, 2, 0)
}

// Between an answer "no such order" and the lapse that follows, the order may be made by a repeat: the repeat has the
// whole time anew, so the hold is not over any more.
func TestARepeatShortlyBeforeTheEndProlongsTheHold(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	first := w.hold("a", "pen", 3).Reservation.ExpiresAt()
	assert.Equal(t, first, w.hold("a", "pen", 3).Reservation.ExpiresAt(), "the first answer")
	w.now = w.now.Add(59 * time.Second)
	assert.Equal(t, w.now.Add(time.Minute), w.hold("a", "pen", 3).Reservation.ExpiresAt())
	assert.Empty(t, w.later(2*time.Second))
	w.has("pen", 7, 3, 0)
}

// Only the hold of an order that does not exist lapses; of any other the order says what becomes of it.
func TestAHoldEndsAsItsOrderSays(t *testing.T) {
	for name, c := range map[string]struct {
		order           stock.Order
		outcome         stock.Outcome
		left, held, out int64
	}{
		"pending":          {stock.Order{Fate: stock.Open, Status: "pending"}, stock.Prolonged, 7, 3, 0},
		"confirmed":        {stock.Order{Fate: stock.Open, Status: "confirmed"}, stock.Prolonged, 7, 3, 0},
		"newer than us":    {stock.Order{Fate: stock.Unclear, Status: "returned"}, stock.Prolonged, 7, 3, 0},
		"paid, event lost": {stock.Order{Fate: stock.Sold, Status: "paid"}, stock.WasSold, 7, 0, 3},
		"cancelled":        {stock.Order{Fate: stock.Over, Status: "cancelled"}, stock.WasOver, 10, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.product("pen", 10)
			w.hold("a", "pen", 3)
			c.order.Until = w.now.Add(time.Hour)
			w.orders.Is("a", c.order)
			assert.Equal(t, map[string]stock.Outcome{"a": c.outcome}, w.later(time.Minute))
			w.has("pen", c.left, c.held, c.out)
			assert.Empty(t, w.later(59*time.Minute), "it is not asked again before the order's own time is over")
			assert.Equal(t, 1, w.orders.Asked)
			w.has("pen", c.left, c.held, c.out)
		})
	}
}

// While orders cannot be asked nothing lapses, however long.
func TestNothingLapsesUnasked(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("a", "pen", 3)
	w.orders.Err = errors.New("away")
	w.now = w.now.Add(24 * time.Hour)
	_, err := w.Sweep(ctx)
	assert.ErrorIs(t, err, w.orders.Err)
	w.has("pen", 7, 3, 0)
	w.orders.Err = nil
	assert.Equal(t, map[string]stock.Outcome{"a": stock.HasLapsed}, w.later(0))
}

// An event of an order that nothing was ever reserved for moves stock only if the order says the same.
func TestAnEventOfAStrangerIsConfirmedFirst(t *testing.T) {
	one := []stock.Line{{SKU: "pen", Quantity: 1, UnitPrice: usd(100)}}
	for name, c := range map[string]struct {
		order *stock.Order
		err   error
		sold  int64
	}{
		"no such order":  {nil, stock.ErrNotConfirmed, 0},
		"not paid":       {&stock.Order{Fate: stock.Open, Status: "confirmed"}, stock.ErrNotConfirmed, 0},
		"newer than us":  {&stock.Order{Fate: stock.Unclear, Status: "returned"}, stock.ErrUnclear, 0},
		"paid, for less": {&stock.Order{Fate: stock.Sold, Status: "paid", Lines: one}, nil, 1},
		"over by now":    {&stock.Order{Fate: stock.Over, Status: "cancelled"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.product("pen", 10)
			if c.order != nil {
				w.orders.Is("a", *c.order)
			}
			paid, err := stock.NewPaid("a", []stock.Line{{SKU: "pen", Quantity: 9, UnitPrice: usd(100)}})
			require.NoError(t, err)
			_, err = w.Pay(ctx, paid)
			assert.ErrorIs(t, err, c.err)
			w.has("pen", 10-c.sold, 0, c.sold)
			w.orders.Err = errors.New("away")
			paid, err = stock.NewPaid("b", one)
			require.NoError(t, err)
			_, err = w.Pay(ctx, paid)
			assert.ErrorIs(t, err, w.orders.Err, "to be delivered again")
			_, err = w.GiveBack(ctx, "c", "cancelled")
			assert.ErrorIs(t, err, w.orders.Err)
			w.orders.Err = nil
			_, err = w.GiveBack(ctx, "c", "cancelled")
			assert.ErrorIs(t, err, stock.ErrNotConfirmed)
			_, err = w.Reservation(ctx, "c")
			assert.ErrorIs(t, err, stock.ErrNoReservation, "nothing is remembered of it")
		})
	}
}

func TestACommitOfALapsedHoldNeedsStock(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 5)
	w.hold("a", "pen", 3)
	w.later(time.Hour)
	w.hold("b", "pen", 4)
	_, err := w.Commit(ctx, "a")
	short, ok := errors.AsType[*stock.OutOfStock](err)
	require.True(t, ok, err)
	assert.Equal(t, []stock.Shortage{{SKU: "pen", Requested: 3, Available: 1}}, short.Shortages)
	w.has("pen", 1, 4, 0)
}

func TestAPaidOrderIsSold(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 10)
	w.hold("a", "pen", 3)
	w.pay("a", "pen", 3)
	w.pay("a", "pen", 3)
	w.has("pen", 7, 0, 3)
	w.pay("unknown", "pen", 2)
	w.has("pen", 5, 0, 5)
	w.hold("lapsed", "pen", 1)
	w.later(time.Hour)
	w.pay("lapsed", "pen", 1)
	w.has("pen", 4, 0, 6)
}

func TestACommitThatFailsIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.product("pen", 2)
	w.pay("a", "pen", 3)
	w.pay("a", "pen", 3)
	w.receive("pen", 10, "late")
	r := w.pay("a", "pen", 3) // told already; a commit by hand is what is left
	assert.Equal(t, []stock.Shortage{{SKU: "pen", Requested: 3, Available: 2}}, r.Shortages())
	assert.Equal(t, []string{"pen.1 stock.received.v1", "a.1 stock.commit-failed.v1", "pen.2 stock.received.v1"}, w.store.Events())
	_, err := w.Commit(ctx, "a")
	require.NoError(t, err)
	w.has("pen", 9, 0, 3)
}

func TestACommitFailsForProductsThatNobodyKnows(t *testing.T) {
	w := newWorld(t)
	r := w.pay("a", "dodo", 3)
	assert.Equal(t, []stock.Shortage{{SKU: "dodo", Requested: 3, Available: 0}}, r.Shortages())
}

func TestAnOrderThatIsOverStaysOver(t *testing.T) {
	for _, before := range []string{"nothing", "held", "committed", "lapsed", "released"} {
		t.Run(before, func(t *testing.T) {
			w := newWorld(t)
			w.product("pen", 10)
			if before != "nothing" {
				w.hold("a", "pen", 3)
			}
			var err error
			switch before {
			case "committed":
				w.pay("a", "pen", 3)
			case "lapsed":
				w.later(time.Hour)
			case "released":
				_, err = w.Release(ctx, "a")
			}
			require.NoError(t, err)
			w.orders.Is("a", stock.Order{Fate: stock.Over, Status: "cancelled"})
			for range 2 {
				_, err = w.GiveBack(ctx, "a", "cancelled")
				require.NoError(t, err)
			}
			assert.Equal(t, stock.Final, w.pay("a", "pen", 3).State(), "a paid event that comes late does nothing")
			assert.ErrorIs(t, w.hold("a", "pen", 3).Err, stock.ErrReleased)
			_, err = w.Commit(ctx, "a")
			assert.Error(t, err)
			_, err = w.Release(ctx, "a")
			require.NoError(t, err)
			w.has("pen", 10, 0, 0)
		})
	}
}
