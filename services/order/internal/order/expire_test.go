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

// Stock takes its time, is silent, or never hears of an order: a tick of each second
// expires no more than stock can follow, and what one event does not hold up for ever.
func TestOverdueOrdersWaitForStock(t *testing.T) {
	type expired map[time.Duration]int // so many by then
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		behind time.Duration // how long stock takes to hear of an order
		err    error
		want   expired
	}{
		"stock follows":     {0, nil, expired{500 * ms: 300, 3000 * ms: 1000}},
		"stock is slow":     {500 * ms, nil, expired{1400 * ms: 100, 2100 * ms: 200}},
		"stock is slower":   {3000 * ms, nil, expired{8900 * ms: 100, 10_000 * ms: 200}},
		"stock is silent":   {0, order.ErrStockSilent, expired{9000 * ms: 100, 11_000 * ms: 200}},
		"stock never hears": {time.Hour, nil, expired{9000 * ms: 100, 11_000 * ms: 200, 22_000 * ms: 300}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, m, st := overdue(t, 1000)
				began := time.Now()
				st.holds = func(id string) (bool, error) { return m.since(id) < c.behind, c.err }
				for time.Since(began) < 25*time.Second {
					_, err := s.Sweep(t.Context())
					require.NoError(t, err)
					time.Sleep(time.Second - time.Since(began)%time.Second) // a tick each second
				}
				for after, want := range c.want {
					got := 0
					for _, at := range m.changed {
						if at.Before(began.Add(after)) {
							got++
						}
					}
					assert.Equal(t, want, got, "after %s", after)
				}
			})
		})
	}
}

// Orders that become overdue a few at a time ask stock for nothing.
func TestFewOverdueOrdersDoNotWait(t *testing.T) {
	s, m, st := overdue(t, 100)
	st.holds = func(id string) (bool, error) {
		t.Errorf("asked for %s", id)
		return true, nil
	}
	_, err := s.Sweep(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 100, m.count(order.Expired))
}

// overdue is a service with so many orders that nobody paid in time.
func overdue(t *testing.T, many int) (*order.Service, *memory, *stock) {
	t.Helper()
	s, m, st := service(holds)
	n := 0
	s.NewID = func() string { n++; return fmt.Sprintf("o%04d", n) }
	requests := make([]order.Request, many)
	for i := range requests {
		requests[i] = request
	}
	placeAll(t, s, requests...)
	s.Now = func() time.Time { return noon.Add(time.Hour) }
	return s, m, st
}
