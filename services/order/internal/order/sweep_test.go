package order_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/order/internal/order"
)

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
			_, err := place(t, s, request)
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

func TestASweepTakesAllThereIs(t *testing.T) { synctest.Test(t, sweepsAll) }

func sweepsAll(t *testing.T) {
	const many = 1300 // more than stock takes in one call
	s, m, st := service(silent)
	n := 0
	s.NewID = func() string { n++; return fmt.Sprintf("o%04d", n) }
	requests := make([]order.Request, many)
	for i := range requests {
		requests[i] = request
	}
	placeAll(t, s, requests...)
	sweep := func() order.Swept {
		st.calls, m.updates = 0, 0
		did, err := s.Sweep(t.Context())
		require.NoError(t, err)
		return did
	}
	assert.Zero(t, sweep())
	assert.Equal(t, 1, st.calls, "stock is silent: it would be as silent to the others")

	st.reserve = func(id string, items []order.Item) ([]order.Item, error) {
		if id == "o0007" {
			return nil, order.ErrStockSilent
		}
		return holds(id, items)
	}
	assert.Equal(t, order.Swept{Settled: 499}, sweep())
	st.reserve = holds
	assert.Equal(t, order.Swept{Settled: many - 499}, sweep())
	assert.LessOrEqual(t, st.calls+m.updates, 8)

	s.Now = func() time.Time { return noon.Add(time.Hour) }
	began := time.Now()
	assert.Equal(t, order.Swept{Expired: many}, sweep())
	assert.Zero(t, st.calls)
	assert.Equal(t, 13, m.updates)
	assert.Equal(t, 2400*time.Millisecond, time.Since(began), "so many at once that what is new has its turn")
}

func TestAnOrderCancelledWhileItSettlesStaysCancelled(t *testing.T) {
	s, m, st := service(silent)
	_, err := place(t, s, request)
	require.NoError(t, err)
	st.reserve = func(id string, _ []order.Item) ([]order.Item, error) {
		_, err := s.Cancel(t.Context(), id, "")
		return held, err
	}
	_, err = s.Sweep(t.Context())
	require.NoError(t, err)
	assert.Equal(t, order.Cancelled, m.orders["o1"].Status())
}
