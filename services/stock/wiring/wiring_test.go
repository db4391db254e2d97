package wiring_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/problem"
	"orderly/services/internal/settings"
	"orderly/services/stock/wiring"
)

func TestCallsWithoutHTTP(t *testing.T) {
	ctx, now := t.Context(), time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)
	var told, asked []string
	s := wiring.New(wiring.Options{Store: &fakestore.Store{}, Replica: "a", Now: func() time.Time { return now }, Settings: settings.Fixed(wiring.Settings{HoldTTL: time.Minute}),
		Log: slog.New(slog.DiscardHandler), Publish: func(_ context.Context, topic string, events []event.Event) error {
			for _, e := range events {
				told = append(told, topic+" "+e.ID+" "+e.Type)
			}
			return nil
		}, Invoke: func(_ context.Context, verb, app, path string, body []byte) ([]byte, error) {
			asked = append(asked, verb+" "+app+path+" "+string(body))
			return []byte(`{"items":[]}`), nil
		}})
	require.NoError(t, s.Product(ctx, "pen", 1999))
	got, err := s.Receive(ctx, "pen", 10, "truck")
	require.NoError(t, err)
	assert.Equal(t, wiring.Level{SKU: "pen", Received: 10, Available: 10, Version: 1}, got)
	_, err = s.Adjust(ctx, "pen", -20, "lost", "count")
	p, ok := errors.AsType[*problem.Problem](err)
	require.True(t, ok, err)
	assert.Equal(t, "below-zero", p.Code)
	assert.Error(t, s.Product(ctx, "pen", 5))

	body, err := s.Reserve(ctx, []byte(`{"reservations":[{"orderId":"a","items":[{"sku":"pen","quantity":2}]},{"orderId":"b","items":[{"sku":"pen","quantity":3}]},{"orderId":"c","items":[{"sku":"pen","quantity":9}]}]}`))
	require.NoError(t, err)
	var out struct{ Results []struct{ Status int } }
	require.NoError(t, json.Unmarshal(body, &out))
	assert.Equal(t, "[{201} {201} {409}]", fmt.Sprint(out.Results))
	_, err = s.Reserve(ctx, []byte(`{`))
	assert.Error(t, err)

	require.NoError(t, s.Hear(ctx, order("order.paid.v1", "a")))
	r, err := s.Reservation(ctx, "a")
	require.NoError(t, err)
	assert.Equal(t, wiring.Reservation{OrderID: "a", Status: "committed", Lines: []wiring.Line{{SKU: "pen", Quantity: 2, Price: 1999}}}, r)
	_, err = s.Commit(ctx, "a")
	require.NoError(t, err)
	_, err = s.Release(ctx, "a")
	assert.ErrorContains(t, err, "illegal-transition")
	assert.ErrorContains(t, s.Hear(ctx, order("order.paid.v7", "a")), "unknown-event-version")

	now = now.Add(time.Hour)
	require.NoError(t, s.Book.Round(ctx), "who keeps house ends holds")
	n, err := s.Sweep(ctx)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, []string{`POST order/v1/orders/lookup {"ids":["b"]}`}, asked)
	level, err := s.Level(ctx, "pen")
	require.NoError(t, err)
	assert.Equal(t, wiring.Level{SKU: "pen", Received: 10, Available: 8, Sold: 2, Version: 5}, level)
	entries, err := s.Ledger(ctx, "pen", 0, 100)
	require.NoError(t, err)
	var kinds []string
	for _, e := range entries {
		kinds = append(kinds, e.Kind)
	}
	assert.Equal(t, "received held held committed released", strings.Join(kinds, " "))
	require.NoError(t, s.Book.Round(ctx))
	assert.Equal(t, []string{"stock pen.1 stock.received.v1", "stock pen.2 stock.low.v1"}, told)
}

func order(typ, id string) event.Event {
	data := `{"orderId":"` + id + `","items":[{"sku":"pen","quantity":2,"unitPrice":{"amount":1999,"currency":"USD"}}]}`
	return event.Event{SpecVersion: "1.0", ID: id + ".2", Type: typ, Subject: id, Sequence: 2, Data: []byte(data)}
}

func TestMoreThanMayWaitIsHandedOverBitByBit(t *testing.T) {
	ctx := t.Context()
	s := wiring.New(wiring.Options{Store: &fakestore.Store{}, Replica: "a", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Settings: settings.Fixed(wiring.Settings{HoldTTL: time.Minute, Limits: ledger.Limits{Changes: 2, Waiting: 4}})})
	require.NoError(t, s.Product(ctx, "pen", 1))
	_, err := s.Receive(ctx, "pen", 7, "truck")
	require.NoError(t, err)
	asks := make([]string, 9)
	for i := range asks {
		asks[i] = fmt.Sprintf(`{"orderId":"o%d","items":[{"sku":"pen","quantity":1}]}`, i)
	}
	body, err := s.Reserve(ctx, []byte(`{"reservations":[`+strings.Join(asks, ",")+`]}`))
	require.NoError(t, err)
	assert.Equal(t, 7, strings.Count(string(body), `"status":201`))
	assert.Equal(t, 2, strings.Count(string(body), `"out-of-stock"`))
}
