package dapr

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/order/internal/order"
)

// atOnce is a stock that has everything and holds nothing for long.
type atOnce struct{}

func (atOnce) Reserve(_ context.Context, asks []order.Ask) []order.Held {
	held := make([]order.Held, len(asks))
	for i, a := range asks {
		for _, item := range a.Items {
			item.UnitPrice = &order.Money{Amount: 5, Currency: "USD"}
			held[i].Items = append(held[i].Items, item)
		}
	}
	return held
}

func (atOnce) Release(context.Context, string) error       { return nil }
func (atOnce) Holds(context.Context, string) (bool, error) { return false, nil }

// An order that was answered 202 settles at the next tick, however many others are overdue.
func TestAPendingOrderDoesNotWaitForOverdueOnes(t *testing.T) {
	s := store(&fakestore.Store{}, "a", nobody)
	defer run(t, s)()
	now := time.Now().UTC()
	const many = 3000
	var news []order.New
	for i := range many {
		o := confirmed(t, fmt.Sprintf("old%04d", i), "alice", now.Add(-time.Hour))
		news = append(news, order.New{Ctx: t.Context(), Order: o, Fresh: true})
	}
	for _, err := range s.Create(t.Context(), news) {
		require.NoError(t, err)
	}
	service := &order.Service{Store: s, Stock: atOnce{}, Now: time.Now}
	ctx, stop := context.WithCancel(t.Context())
	swept := make(chan order.Swept)
	go func() {
		did, _ := service.Sweep(ctx) // what it fails with when it is stopped
		swept <- did
	}()
	wish := order.Request{CustomerID: "bob", Items: []order.Item{{SKU: "tea", Quantity: 1}}}
	pending, err := order.NewPending(wish, "new", now.Add(-2*settleAfter), time.Hour)
	require.NoError(t, err)
	require.NoError(t, create(t, s, pending))
	require.Eventually(t, func() bool {
		found, err := s.Get(t.Context(), "old0000")
		return err == nil && found["old0000"].Status() == order.Expired
	}, 10*time.Second, time.Millisecond)
	did, err := service.Sweep(t.Context())
	require.NoError(t, err)
	assert.Equal(t, order.Swept{Settled: 1}, did)
	stop()
	assert.Less(t, (<-swept).Expired, many/2, "the others still wait")
}
