package dapr

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/problem"
	"orderly/services/stock/internal/stock"
)

func answering(answer string, err error) *Orders {
	return NewOrders(func(context.Context, string, string, string, []byte) ([]byte, error) { return []byte(answer), err })
}

func TestOrdersAreReadAsTheyAreAnswered(t *testing.T) {
	got, err := answering(`{"items":[
		{"id":"a","customerId":"ann","status":"shipped","items":[{"sku":"pen","quantity":2,"unitPrice":{"amount":5,"currency":"EUR"}}],"version":3},
		{"id":"b","status":"pending","items":[{"sku":"pen","quantity":2}],"expiresAt":"2026-01-31T09:30:00Z"},
		{"id":"d","status":"returned","items":[{"sku":"pen","quantity":2}]},
		{"id":"e","status":"paid","items":[{"sku":"pen","quantity":2,"unitPrice":{"amount":5,"currency":"euros"}}]}]}`, nil).Orders(ctx, "a", "b", "c", "d", "e")
	require.NoError(t, err)
	assert.Equal(t, map[string]stock.Order{
		"a": {Fate: stock.Sold, Status: "shipped", Lines: []stock.Line{{SKU: "pen", Quantity: 2, UnitPrice: euros(5)}}},
		"d": {Fate: stock.Unclear, Status: "returned", Lines: []stock.Line{{SKU: "pen", Quantity: 2}}},
		"e": {Fate: stock.Unclear, Status: "paid", Lines: []stock.Line{{SKU: "pen", Quantity: 2}}},
		"b": {Fate: stock.Open, Status: "pending", Lines: []stock.Line{{SKU: "pen", Quantity: 2}}, Until: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)},
	}, got)
}

// What is no answer says nothing of any order: least of all that it does not exist.
func TestNoAnswerIsNotUnknown(t *testing.T) {
	for name, o := range map[string]*Orders{
		"silence":         answering("", errors.New("away")),
		"nothing":         answering("", nil),
		"something else":  answering(`{"code":"no-such-route"}`, nil),
		"an empty answer": answering(`{"items":null}`, nil),
	} {
		_, err := o.Orders(ctx, "a")
		p, ok := errors.AsType[*problem.Problem](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.False(t, p.Final(), name)
	}
}

func TestWhoAsksAtTheSameTimeSharesACall(t *testing.T) {
	var calls atomic.Int64
	hold := make(chan struct{})
	o := NewOrders(func(_ context.Context, _, _, _ string, body []byte) ([]byte, error) {
		calls.Add(1)
		<-hold
		assert.LessOrEqual(t, strings.Count(string(body), ","), lookupMost-1)
		return []byte(`{"items":[]}`), nil
	})
	done := make(chan error)
	for range 100 {
		go func() { _, err := o.Orders(ctx, "a"); done <- err }()
	}
	require.Eventually(t, func() bool { return o.calls.Waiting() >= 90 }, 5*time.Second, time.Millisecond)
	close(hold)
	for range 100 {
		require.NoError(t, <-done)
	}
	assert.LessOrEqual(t, calls.Load(), int64(11))
	many := make([]string, 1000)
	_, err := o.Orders(ctx, many...)
	require.NoError(t, err)
}
