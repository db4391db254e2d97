package api

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/batch"
	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/serve"
	"orderly/services/internal/servetest"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/order/internal/dapr"
	"orderly/services/order/internal/order"
)

const token = "0123456789abcdef0123456789abcdef"

type stockFunc func(id string, items []order.Item) ([]order.Item, error)

func (f stockFunc) Reserve(_ context.Context, asks []order.Ask) []order.Held {
	held := make([]order.Held, len(asks))
	for i, a := range asks {
		held[i].Items, held[i].Err = f(a.OrderID, a.Items)
	}
	return held
}
func (stockFunc) Release(context.Context, string) error { return nil }

func (stockFunc) Holds(context.Context, string) (bool, error) { return false, nil }

func holds(_ string, items []order.Item) ([]order.Item, error) {
	priced := append([]order.Item(nil), items...)
	for i := range priced {
		priced[i].UnitPrice = &order.Money{Amount: 5, Currency: "USD"}
	}
	return priced, nil
}

// waiting is how many orders a door lets wait.
const waiting = 499

// door returns the service's routes over a store in memory. The first orders
// get ids.
func door(t *testing.T, stock stockFunc, ids ...string) http.Handler {
	t.Helper()
	return api(stock, ids...).Routes()
}

func api(stock stockFunc, ids ...string) *API {
	log := slog.New(slog.DiscardHandler)
	fresh := func() string {
		if len(ids) == 0 {
			return uuid.NewString()
		}
		id := ids[0]
		ids = ids[1:]
		return id
	}
	book := ledger.Open(ledger.Options{Store: &fakestore.Store{}, Codec: dapr.Codec{}, Replica: "a", Now: time.Now, Log: log})
	orders := &order.Service{Store: dapr.NewStore(book, log, func(string) {}), Stock: stock, PaymentTTL: settings.Fixed(time.Minute),
		Now: time.Now, NewID: fresh}
	return &API{
		Frame:   serve.NewFrame("order", serve.Config{AppAPIToken: token}, log, nil, sidecar.Needs{}, Problems, fs.FS(fstest.MapFS{})),
		Orders:  orders,
		Placing: batch.New(batch.Options{Limits: settings.Fixed(batch.Limits{Waiting: waiting})}, orders.PlaceAll),
		Open:    settings.Fixed(true),
		Dead:    func(context.Context, []byte, string) error { return nil },
	}
}

func call(t *testing.T, h http.Handler, method, path, body string, header ...string) (*httptest.ResponseRecorder, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var got map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &got) // lists and empty bodies are looked at by their tests
	return w, got
}

const alicesTea = `{"customerId":"alice","items":[{"sku":"tea","quantity":2}]}`

func TestPlacing(t *testing.T) {
	h := door(t, holds)
	w, got := call(t, h, "POST", "/v1/orders", alicesTea)
	require.Equal(t, 201, w.Code, w.Body)
	assert.Equal(t, "/v1/orders/"+got["id"].(string), w.Header().Get("Location"))
	assert.Equal(t, map[string]any{"amount": 10.0, "currency": "USD"}, got["total"])

	w, first := call(t, h, "POST", "/v1/orders", alicesTea, "Idempotency-Key", "k")
	require.Equal(t, 201, w.Code)
	w, again := call(t, h, "POST", "/v1/orders", alicesTea, "Idempotency-Key", "k")
	assert.Equal(t, 200, w.Code)
	assert.Equal(t, "true", w.Header().Get("Idempotent-Replayed"))
	assert.Equal(t, first, again)
	w, got = call(t, h, "POST", "/v1/orders", strings.Replace(alicesTea, "2", "3", 1), "Idempotency-Key", "k")
	assert.Equal(t, 422, w.Code)
	assert.Equal(t, "idempotency-key-reused", got["code"])
	w, _ = call(t, h, "POST", "/v1/orders", alicesTea, "Idempotency-Key", strings.Repeat("k", 129))
	assert.Equal(t, 400, w.Code)

	w, got = call(t, door(t, func(string, []order.Item) ([]order.Item, error) { return nil, order.ErrStockSilent }), "POST", "/v1/orders", alicesTea)
	assert.Equal(t, 202, w.Code)
	assert.Equal(t, "pending", got["status"])

	w, got = call(t, door(t, func(id string, items []order.Item) ([]order.Item, error) {
		return nil, &order.OutOfStock{OrderID: id, Items: items, Shortages: []order.Shortage{{SKU: "tea", Requested: 2, Available: 1}}}
	}), "POST", "/v1/orders", alicesTea)
	assert.Equal(t, 409, w.Code)
	assert.Equal(t, "out-of-stock", got["code"])
	assert.NotEmpty(t, got["orderId"])
	assert.Len(t, got["shortages"], 1)
}

func TestABatchAnswersEachOnItsOwn(t *testing.T) {
	h := door(t, func(id string, items []order.Item) ([]order.Item, error) {
		switch items[0].SKU {
		case "none":
			return nil, &order.Refused{Code: "unknown-product", Detail: "no such product"}
		case "broken":
			return nil, errors.New("boom")
		}
		return holds(id, items)
	})
	line := func(sku string) string {
		return `{"customerId":"alice","idempotencyKey":"` + sku + `","items":[{"sku":"` + sku + `","quantity":2}]}`
	}
	w, got := call(t, h, "POST", "/v1/orders/batch", `{"orders":[`+strings.Join([]string{line("tea"), line("none"), line("broken"), `{"x":1}`, `{"customerId":"a","items":[]}`, line("last")}, ",")+`]}`)
	require.Equal(t, 200, w.Code, w.Body)
	var statuses []float64
	for _, r := range got["results"].([]any) {
		statuses = append(statuses, r.(map[string]any)["status"].(float64))
	}
	assert.Equal(t, []float64{201, 422, 500, 400, 400, 201}, statuses)

	w, _ = call(t, h, "POST", "/v1/orders/batch", `{"orders":[]}`)
	assert.Equal(t, 400, w.Code)
	w, _ = call(t, h, "POST", "/v1/orders/batch", `{"orders":[`+strings.Repeat(`{},`, 500)+`{}]}`)
	assert.Equal(t, 400, w.Code)
}

func TestEveryFailureIsAProblem(t *testing.T) {
	h := door(t, func(string, []order.Item) ([]order.Item, error) { panic("boom") })
	for _, c := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"GET", "/v1/orders/none", "", 404, "not-found"},
		{"GET", "/nowhere", "", 404, "no-such-route"},
		{"PATCH", "/v1/orders", "", 405, "method-not-allowed"},
		{"POST", "/v1/orders", alicesTea, 500, "internal"},
		{"POST", "/v1/orders", `{`, 400, "invalid-json"},
		{"POST", "/v1/orders", strings.Repeat(" ", 1<<20+1), 413, "body-too-large"},
		{"GET", "/v1/orders?limit=999", "", 400, "validation-failed"},
		{"GET", "/v1/orders?cursor=x", "", 400, "validation-failed"},
		{"GET", "/v1/orders?status=lost", "", 400, "validation-failed"},
		{"GET", "/v1/orders?from=yesterday", "", 400, "validation-failed"},
		{"GET", "/v1/orders?custmer=x", "", 400, "unknown-parameter"},
		{"POST", "/v1/orders/none/payment", `{"reference":"r","amount":{"amount":1,"currency":"USD"}}`, 404, "not-found"},
		{"POST", "/events/stock", `{"entries":[]}`, 403, "own-sidecar-only"},
		{"POST", "/expiry", ``, 403, "own-sidecar-only"},
		{"GET", "/readyz", ``, 503, "not-ready"},
	} {
		w, got := call(t, h, c.method, c.path, c.body)
		assert.Equal(t, c.status, w.Code, "%s %s", c.method, c.path)
		assert.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
		assert.Equal(t, c.code, got["code"], "%s %s", c.method, c.path)
		for _, member := range []string{"type", "title", "status", "detail", "instance", "timestamp"} {
			assert.NotEmpty(t, got[member], "%s of %s", member, c.code)
		}
		assert.NotContains(t, w.Body.String(), "boom", "private causes stay private")
	}
	w, _ := call(t, h, "PATCH", "/v1/orders", "")
	assert.Equal(t, "GET, POST", w.Header().Get("Allow"))
}

func TestOnlyTheOwnSidecarDelivers(t *testing.T) {
	h := door(t, holds)
	w, _ := call(t, h, "POST", "/events/stock", `{"entries":[]}`, "dapr-api-token", token)
	assert.Equal(t, 200, w.Code)
	servetest.OwnSidecarOnly(t, h, token, []string{"/events/stock", "/expiry"})
	w, _ = call(t, h, "POST", "/expiry", "", "dapr-api-token", token)
	assert.Equal(t, 200, w.Code)
}

func TestACommitFailureAsksForAttention(t *testing.T) {
	h := door(t, holds)
	_, o := call(t, h, "POST", "/v1/orders", alicesTea)
	id := o["id"].(string)
	w, _ := call(t, h, "POST", "/v1/orders/"+id+"/payment", `{"reference":"r","amount":{"amount":10,"currency":"USD"}}`)
	require.Equal(t, 200, w.Code, w.Body)
	delivery := `{"entries":[{"entryId":"1","event":{"specversion":"1.0","id":"` + id + `.1","source":"/stock","type":"stock.commit-failed.v1","subject":"` + id + `","sequence":1,"data":{"orderId":"` + id + `"}}}]}`
	for range 2 {
		w, got := call(t, h, "POST", "/events/stock", delivery, "dapr-api-token", token)
		require.Equal(t, 200, w.Code)
		assert.Contains(t, w.Body.String(), "SUCCESS", got)
	}
	_, o = call(t, h, "GET", "/v1/orders/"+id, "")
	assert.Equal(t, "stock", o["attention"])
	assert.Equal(t, 3.0, o["version"])
}

func FuzzPlace(f *testing.F) {
	f.Add(alicesTea)
	f.Add(`{"customerId":"a","items":[{"sku":"a","quantity":9223372036854775807}],"metadata":{"a":[1,{"b":null}]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		w, _ := call(t, door(t, holds), "POST", "/v1/orders", body)
		if w.Code != 201 && (w.Code < 400 || w.Code > 422) {
			t.Fatalf("%q answered %d", body, w.Code)
		}
	})
}

// A service that passed it over would leave a paid order without its mark.
func TestALaterVersionOfAnEventIsRefused(t *testing.T) {
	later := event.Event{Type: "stock.commit-failed.v2", Data: json.RawMessage(`{"orderId":"o1"}`)}
	assert.ErrorContains(t, Hear(t.Context(), nil, later),
		"unknown-event-version: This service reads stock.commit-failed.v1")
	assert.NoError(t, Hear(t.Context(), nil, event.Event{Type: "stock.low.v2"}))
}

func FuzzStockEvent(f *testing.F) {
	f.Add(`{"orderId":"o1"}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, data string) {
		raw, err := json.Marshal(map[string]any{"entries": []any{map[string]any{"entryId": "1", "event": map[string]any{
			"specversion": "1.0", "id": "o1.1", "source": "/stock", "type": commitFailed, "subject": "o1", "sequence": 1, "data": json.RawMessage(data)}}}})
		if err != nil {
			return // what is no JSON cannot stand in an envelope
		}
		w, _ := call(t, door(t, holds), "POST", "/events/stock", string(raw), "dapr-api-token", token)
		if w.Code != 200 || !strings.Contains(w.Body.String(), "SUCCESS") { // an order that is not there is final, too
			t.Fatalf("%q answered %d %s", data, w.Code, w.Body)
		}
	})
}
