package dapr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"orderly/services/internal/settings"
	"orderly/services/order/internal/order"
)

func answers(body string) *Stock {
	return &Stock{Timeout: settings.Fixed(time.Second), HoldTTL: settings.Fixed(time.Hour), Now: time.Now, Invoke: func(context.Context, string, string, string, []byte) ([]byte, error) {
		return []byte(body), nil
	}}
}

var items = []order.Item{{SKU: "b", Quantity: 2}, {SKU: "a", Quantity: 1}}

func reserve(t *testing.T, s *Stock, items []order.Item) ([]order.Item, error) {
	t.Helper()
	held := s.Reserve(t.Context(), []order.Ask{{Ctx: t.Context(), OrderID: "o", Items: items}})
	require.Len(t, held, 1)
	return held[0].Items, held[0].Err
}

// batched is a batch answer with one result.
func batched(status int, member, body string) string {
	return fmt.Sprintf(`{"results":[{"status":%d,%q:%s}]}`, status, member, body)
}

const (
	heldBody = `{"orderId":"o","status":"held","items":[{"sku":"a","quantity":1,"unitPrice":{"amount":7,"currency":"USD"}},{"sku":"b","quantity":2,"unitPrice":{"amount":9,"currency":"USD"}}]}`
)

func TestWhatStockAnswers(t *testing.T) {
	got, err := reserve(t, answers(batched(201, "reservation", heldBody)), items)
	require.NoError(t, err)
	assert.Equal(t, "b", got[0].SKU, "in the order's own order")
	assert.EqualValues(t, 9, got[0].UnitPrice.Amount)

	_, err = reserve(t, answers(batched(409, "problem", `{"code":"out-of-stock","shortages":[{"sku":"a","requested":1,"available":0}]}`)), items)
	var short *order.OutOfStock
	require.ErrorAs(t, err, &short)
	assert.Equal(t, []order.Shortage{{SKU: "a", Requested: 1}}, short.Shortages)

	_, err = reserve(t, answers(batched(422, "problem", `{"code":"unknown-product","detail":"x","skus":["a"]}`)), items)
	var no *order.Refused
	require.ErrorAs(t, err, &no)
	assert.Equal(t, []string{"a"}, no.SKUs)
}

func TestSilenceIsWhateverStockDidNotSayItself(t *testing.T) {
	gone := &Stock{Timeout: settings.Fixed(time.Second), HoldTTL: settings.Fixed(time.Hour), Now: time.Now, Invoke: func(context.Context, string, string, string, []byte) ([]byte, error) {
		return nil, errors.New("refused")
	}}
	for name, s := range map[string]*Stock{
		"no answer":     gone,
		"stock failed":  answers(batched(500, "problem", `{"code":"internal"}`)),
		"stock is busy": answers(batched(503, "problem", `{"code":"busy"}`)),
		"too many":      answers(batched(429, "problem", `{"code":"too-many-requests"}`)),
		"unread":        answers(`{`),
		"no result":     answers(`{"results":[]}`),
	} {
		_, err := reserve(t, s, items)
		require.ErrorIs(t, err, order.ErrStockSilent, name)
	}
	require.ErrorIs(t, gone.Release(t.Context(), "o"), order.ErrStockSilent)
}

func TestAHoldOfOtherItemsIsAnotherBodyWithTheSameKey(t *testing.T) {
	for _, other := range [][]order.Item{{{SKU: "a", Quantity: 1}}, {{SKU: "b", Quantity: 3}, {SKU: "a", Quantity: 1}}, {{SKU: "c", Quantity: 2}, {SKU: "a", Quantity: 1}}} {
		_, err := reserve(t, answers(batched(200, "reservation", heldBody)), other)
		require.ErrorIs(t, err, order.ErrKeyReused)
	}
}

func TestWhatStockIsAsked(t *testing.T) {
	s := &Stock{Timeout: settings.Fixed(time.Second), HoldTTL: settings.Fixed(30 * time.Minute), Now: time.Now, Invoke: func(_ context.Context, verb, app, path string, body []byte) ([]byte, error) {
		assert.Equal(t, "POST stock/v1/reservations/batch", verb+" "+app+path)
		assert.JSONEq(t, `{"reservations":[{"orderId":"o","ttlSeconds":1800,"items":[{"sku":"b","quantity":2},{"sku":"a","quantity":1}]}]}`, string(body))
		return []byte(batched(201, "reservation", heldBody)), nil
	}}
	_, err := reserve(t, s, items)
	require.NoError(t, err)
}

// An id that nobody ever sent is newSince the version that stock told before.
func TestStockNeedNotLookForNewOrders(t *testing.T) {
	var asked []string
	s := &Stock{Timeout: settings.Fixed(time.Second), HoldTTL: settings.Fixed(time.Hour), Now: time.Now, Invoke: func(_ context.Context, _, _, _ string, body []byte) ([]byte, error) {
		asked = append(asked, string(body))
		return []byte(strings.Replace(batched(201, "reservation", heldBody), "{", `{"version":42,`, 1)), nil
	}}
	for _, fresh := range []bool{true, true, false} {
		s.Reserve(t.Context(), []order.Ask{{Ctx: t.Context(), OrderID: "o", Items: items, Fresh: fresh}})
	}
	require.Len(t, asked, 3)
	assert.Contains(t, asked[0], `"newSince":0`)
	assert.Contains(t, asked[1], `"newSince":42`)
	assert.NotContains(t, asked[2], "newSince")
}

// Each reservation of a call for several carries the recorded trace of its own request; a lone one's is that of the call.
func TestEachReservationHasItsOwnTrace(t *testing.T) {
	request := func(n byte, flags trace.TraceFlags) context.Context {
		return trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{n}, SpanID: trace.SpanID{n}, TraceFlags: flags}))
	}
	var got []string
	s := &Stock{Timeout: settings.Fixed(time.Second), HoldTTL: settings.Fixed(time.Hour), Now: time.Now, Invoke: func(_ context.Context, _, _, _ string, body []byte) ([]byte, error) {
		var in struct{ Reservations []reservation }
		require.NoError(t, json.Unmarshal(body, &in))
		for _, r := range in.Reservations {
			got = append(got, r.Trace)
		}
		return nil, errors.New("enough")
	}}
	asks := []order.Ask{{Ctx: request(1, trace.FlagsSampled), OrderID: "a", Items: items}, {Ctx: request(2, trace.FlagsSampled), OrderID: "b", Items: items},
		{Ctx: request(3, 0), OrderID: "c", Items: items}}
	s.Reserve(t.Context(), asks)
	s.Reserve(t.Context(), asks[:1])
	require.Len(t, got, 4)
	assert.True(t, strings.HasPrefix(got[0], "00-01"), got[0])
	assert.True(t, strings.HasPrefix(got[1], "00-02"), got[1])
	assert.Equal(t, []string{"", ""}, got[2:])
}

// What one customer's request carries stays with what was asked for it.
func TestOrdersOfOneBaggageShareAnInvocation(t *testing.T) {
	carrying := func(tenant string, n byte) context.Context {
		span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{n}, SpanID: trace.SpanID{n}})
		ctx := trace.ContextWithSpanContext(t.Context(), span)
		if tenant == "" {
			return ctx
		}
		m, err := baggage.NewMember("tenant", tenant)
		require.NoError(t, err)
		b, err := baggage.New(m)
		require.NoError(t, err)
		return baggage.ContextWithBaggage(ctx, b)
	}
	var mu sync.Mutex
	asked := map[string][]string{} // by tenant
	traces := map[string]byte{}
	most := 0 // of one call
	s := &Stock{Timeout: settings.Fixed(time.Second), HoldTTL: settings.Fixed(time.Hour), Now: time.Now, Invoke: func(ctx context.Context, _, _, _ string, body []byte) ([]byte, error) {
		var in struct{ Reservations []reservation }
		require.NoError(t, json.Unmarshal(body, &in))
		mu.Lock()
		defer mu.Unlock()
		tenant := baggage.FromContext(ctx).Member("tenant").Value()
		most = max(most, len(in.Reservations))
		traces[tenant] = trace.SpanContextFromContext(ctx).TraceID()[0]
		var results []string
		for _, r := range in.Reservations {
			asked[tenant] = append(asked[tenant], r.OrderID)
			results = append(results, `{"status":422,"problem":{"code":"`+r.OrderID+`"}}`)
		}
		return []byte(`{"results":[` + strings.Join(results, ",") + `]}`), nil
	}}
	var asks []order.Ask
	for i, tenant := range []string{"", "blue", "", "red", "blue"} {
		asks = append(asks, order.Ask{Ctx: carrying(tenant, byte(i+1)), OrderID: fmt.Sprint("o", i), Items: items})
	}
	for i, held := range s.Reserve(t.Context(), asks) {
		var no *order.Refused
		require.ErrorAs(t, held.Err, &no)
		assert.Equal(t, asks[i].OrderID, no.Code, "each gets the answer to its own")
	}
	assert.Equal(t, map[string][]string{"": {"o0", "o2"}, "blue": {"o1", "o4"}, "red": {"o3"}}, asked)
	assert.Equal(t, map[string]byte{"": 1, "blue": 2, "red": 4}, traces)

	clear(asked)
	asks = make([]order.Ask, 2*mostAsks+1)
	for i := range asks {
		asks[i] = order.Ask{Ctx: t.Context(), OrderID: fmt.Sprint("o", i), Items: items}
	}
	for i, held := range s.Reserve(t.Context(), asks) {
		var no *order.Refused
		require.ErrorAs(t, held.Err, &no)
		require.Equal(t, asks[i].OrderID, no.Code)
	}
	assert.Len(t, asked[""], len(asks))
	assert.Equal(t, mostAsks, most, "stock takes no more in one call")
}

func TestWhetherStockHolds(t *testing.T) {
	for body, want := range map[string]bool{
		heldBody:                               true,
		`{"orderId":"o","status":"released"}`:  false,
		`{"orderId":"o","status":"committed"}`: false,
	} {
		got, err := answers(body).Holds(t.Context(), "o")
		require.NoError(t, err)
		assert.Equal(t, want, got, body)
	}
	_, err := answers(`<html>`).Holds(t.Context(), "o")
	require.ErrorIs(t, err, order.ErrStockSilent)
}
