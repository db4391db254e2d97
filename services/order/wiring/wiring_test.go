package wiring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/settings"
	"orderly/services/order/wiring"
)

// stock is a stock that has everything, of two products at most.
func stock(_ context.Context, _, _, _ string, body []byte) ([]byte, error) {
	type line struct {
		SKU       string `json:"sku"`
		Quantity  int64  `json:"quantity"`
		UnitPrice struct {
			Amount   int64  `json:"amount"`
			Currency string `json:"currency"`
		} `json:"unitPrice"`
	}
	type reservation struct {
		OrderID string `json:"orderId"`
		Status  string `json:"status"`
		Items   []line `json:"items"`
	}
	var in struct{ Reservations []reservation }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	type result struct {
		Status      int         `json:"status"`
		Reservation reservation `json:"reservation"`
	}
	var out struct {
		Results []result `json:"results"`
	}
	for _, r := range in.Reservations {
		for i := range r.Items {
			r.Items[i].UnitPrice.Amount, r.Items[i].UnitPrice.Currency = 5, "USD"
		}
		out.Results = append(out.Results, result{201, r})
	}
	return json.Marshal(out)
}

func join(store ledger.Store, log io.Writer) *wiring.Rooms {
	return wiring.New(wiring.Options{
		Store: store, Replica: "a", Invoke: stock, Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		Publish: func(context.Context, string, []event.Event) error { return nil }, Log: slog.New(slog.NewJSONHandler(log, nil)),
		Settings: settings.Fixed(wiring.Settings{PaymentTTL: time.Minute, HoldTTL: time.Hour, StockTimeout: time.Second}),
	})
}

// TestALife leads an order through its life without a door.
func TestALife(t *testing.T) {
	ctx := t.Context()
	r := join(&fakestore.Store{}, io.Discard)
	id, status, err := r.Place(ctx, "alice", []wiring.Item{{SKU: "tea", Quantity: 2}}, "key")
	require.NoError(t, err)
	assert.Equal(t, "confirmed", status)
	again, _, err := r.Place(ctx, "alice", []wiring.Item{{SKU: "tea", Quantity: 2}}, "key")
	require.NoError(t, err)
	assert.Equal(t, id, again)
	require.NoError(t, r.Pay(ctx, id, "r"))
	require.NoError(t, r.Hear(ctx, event.Event{Type: "stock.commit-failed.v1", Data: []byte(`{"orderId":"` + id + `"}`)}))
	require.NoError(t, r.Sweep(ctx))
	o, err := r.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, "stock", o.Attention)
	require.NoError(t, r.Ship(ctx, id))
	require.NoError(t, r.Deliver(ctx, id))
	assert.True(t, wiring.Final(r.Cancel(ctx, id, "")))
	all, err := r.List(ctx, "alice")
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, []wiring.Item{{SKU: "tea", Quantity: 2, Price: 5}}, all[0].Items)
	assert.Equal(t, []string{"order.confirmed.v1", "order.paid.v1", "order.attention.v1", "order.shipped.v1", "order.delivered.v1"}, all[0].History)
}

func BenchmarkPlace(b *testing.B) {
	for _, clients := range []int{1, 256} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			r := join(&fakestore.Store{}, io.Discard)
			ctx, stop := context.WithCancel(b.Context())
			var house sync.WaitGroup
			house.Go(func() { r.Book.Run(ctx) })
			defer house.Wait()
			defer stop()
			b.ReportAllocs()
			var wg sync.WaitGroup
			for c := range clients {
				wg.Go(func() {
					for i := c; i < b.N; i += clients {
						if _, _, err := r.Place(ctx, fmt.Sprint("c", i%10_000), []wiring.Item{{SKU: fmt.Sprint("s", i%5000), Quantity: 1}, {SKU: "tea", Quantity: 2}}, ""); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}
