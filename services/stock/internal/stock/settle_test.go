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
	assert.Equal(t, []string{"a"}, w.later(time.Second))
	assert.Empty(t, w.later(time.Hour))
	w.has("pen", 10, 0, 0)
	assert.ErrorIs(t, w.hold("a", "pen", 3).Err, stock.ErrReleased)
	_, err := w.Commit(ctx, "a")
	require.NoError(t, err, "held anew")
	w.has("pen", 7, 0, 3)
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
