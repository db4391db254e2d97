package dapr

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/sidecar"
	"orderly/services/order/internal/order"
)

type invoker func(verb, path string, body []byte) (sidecar.Answer, error)

func (f invoker) Invoke(_ context.Context, verb, _, path string, body []byte) (sidecar.Answer, error) {
	return f(verb, path, body)
}

func answers(status int, contentType, body string) Stock {
	return Stock{Timeout: time.Second, HoldTTL: time.Hour, Sidecar: invoker(func(string, string, []byte) (sidecar.Answer, error) {
		return sidecar.Answer{Status: status, ContentType: contentType, Body: []byte(body)}, nil
	})}
}

var items = []order.Item{{SKU: "b", Quantity: 2}, {SKU: "a", Quantity: 1}}

const (
	problemJSON = "application/problem+json"
	heldBody    = `{"orderId":"o","status":"held","items":[{"sku":"a","quantity":1,"unitPrice":{"amount":7,"currency":"USD"}},{"sku":"b","quantity":2,"unitPrice":{"amount":9,"currency":"USD"}}]}`
)

func TestWhatStockAnswers(t *testing.T) {
	got, err := answers(201, "application/json", heldBody).Reserve(t.Context(), "o", items)
	require.NoError(t, err)
	assert.Equal(t, "b", got[0].SKU, "in the order's own order")
	assert.EqualValues(t, 9, got[0].UnitPrice.Amount)

	_, err = answers(409, problemJSON, `{"code":"out-of-stock","shortages":[{"sku":"a","requested":1,"available":0}]}`).Reserve(t.Context(), "o", items)
	var short *order.OutOfStock
	require.ErrorAs(t, err, &short)
	assert.Equal(t, []order.Shortage{{SKU: "a", Requested: 1}}, short.Shortages)

	_, err = answers(422, problemJSON, `{"code":"unknown-product","detail":"x","skus":["a"]}`).Reserve(t.Context(), "o", items)
	var no *order.Refused
	require.ErrorAs(t, err, &no)
	assert.Equal(t, []string{"a"}, no.SKUs)
}

func TestSilenceIsWhateverStockDidNotSayItself(t *testing.T) {
	for name, s := range map[string]Stock{
		"no sidecar":      {Timeout: time.Second, Sidecar: invoker(func(string, string, []byte) (sidecar.Answer, error) { return sidecar.Answer{}, errors.New("refused") })},
		"app is gone":     answers(500, "application/json", `{"errorCode":"ERR_DIRECT_INVOKE"}`),
		"stock failed":    answers(500, problemJSON, `{"code":"internal"}`),
		"stock is busy":   answers(503, problemJSON, `{"code":"busy"}`),
		"too many":        answers(429, problemJSON, `{"code":"too-many-requests"}`),
		"not allowed":     answers(403, "application/json", `{}`),
		"held, unread":    answers(201, "application/json", `{`),
		"refused, unread": answers(409, problemJSON, `{`),
	} {
		_, err := s.Reserve(t.Context(), "o", items)
		require.ErrorIs(t, err, order.ErrStockSilent, name)
	}
}

func TestAHoldOfOtherItemsIsAnotherBodyWithTheSameKey(t *testing.T) {
	for _, other := range [][]order.Item{{{SKU: "a", Quantity: 1}}, {{SKU: "b", Quantity: 3}, {SKU: "a", Quantity: 1}}, {{SKU: "c", Quantity: 2}, {SKU: "a", Quantity: 1}}} {
		_, err := answers(200, "application/json", heldBody).Reserve(t.Context(), "o", other)
		require.ErrorIs(t, err, order.ErrKeyReused)
	}
}

func TestWhatStockIsAsked(t *testing.T) {
	s := Stock{Timeout: time.Second, HoldTTL: 30 * time.Minute, Sidecar: invoker(func(verb, path string, body []byte) (sidecar.Answer, error) {
		var got map[string]any
		require.NoError(t, json.Unmarshal(body, &got))
		assert.Equal(t, "POST /v1/reservations", verb+" "+path)
		assert.EqualValues(t, 1800, got["ttlSeconds"])
		return sidecar.Answer{Status: 201, Body: []byte(heldBody)}, nil
	})}
	_, err := s.Reserve(t.Context(), "o", items)
	require.NoError(t, err)
}
