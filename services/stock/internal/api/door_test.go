package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/stock/contract"
	"orderly/services/stock/internal/stock"
	"orderly/services/stock/internal/stocktest"
)

const token = "0123456789abcdef"

// door is the service's routes over a store in memory.
type door struct {
	t      testing.TB
	h      http.Handler
	store  *stocktest.Store
	orders stocktest.Orders
	now    time.Time
	dead   []string // reasons of dead letters
	late   bool     // dead letters cannot be kept
}

func newDoor(t testing.TB) *door {
	t.Helper()
	d := &door{t: t, store: &stocktest.Store{}, now: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)}
	frame := serve.NewFrame("stock", serve.Config{AppAPIToken: token}, slog.New(slog.DiscardHandler), nil, sidecar.Needs{}, Problems, contract.Files)
	d.h = Routes(frame, stock.NewService(d.store, &d.orders, func() time.Time { return d.now }), Options{HoldTTL: settings.Fixed(30 * time.Minute),
		DeadLetter: func(_ context.Context, _ []byte, reason string) error {
			if d.late {
				return context.DeadlineExceeded
			}
			d.dead = append(d.dead, reason)
			return nil
		}})
	t.Cleanup(func() { require.NoError(t, d.store.Judge()) })
	return d
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t    testing.TB
	body map[string]any
}

func (d *door) call(method, path, body string, header ...string) answer {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a := answer{ResponseRecorder: httptest.NewRecorder(), t: d.t}
	d.h.ServeHTTP(a, r)
	_ = json.Unmarshal(a.Body.Bytes(), &a.body) // an empty body is looked at by its test
	return a
}

// is checks the status and, if any is given, the whole body.
func (a answer) is(status int, body ...string) answer {
	a.t.Helper()
	assert.Equal(a.t, status, a.Code, a.Body)
	if len(body) > 0 {
		assert.JSONEq(a.t, body[0], a.Body.String())
	}
	return a
}

// refused checks a problem.
func (a answer) refused(status int, code string) answer {
	a.t.Helper()
	a.is(status)
	assert.Equal(a.t, "application/problem+json", a.Header().Get("Content-Type"))
	assert.Equal(a.t, code, a.body["code"])
	return a
}

// wrongIn checks which fields a refusal names.
func (a answer) wrongIn(fields ...string) {
	a.t.Helper()
	var got []string
	errors, _ := a.body["errors"].([]any)
	for _, e := range errors {
		got = append(got, e.(map[string]any)["field"].(string))
	}
	assert.ElementsMatch(a.t, fields, got, a.Body)
}

func (d *door) product(sku string, pieces string) {
	d.t.Helper()
	d.call("POST", "/v1/products", `{"sku":"`+sku+`","name":"a thing","unitPrice":{"amount":100,"currency":"USD"}}`).is(201)
	if pieces != "0" {
		d.call("POST", "/v1/stock/"+sku+"/receipts", `{"quantity":`+pieces+`,"reference":"first"}`).is(201)
	}
}

func (d *door) has(sku, counters string) {
	d.t.Helper()
	a := d.call("GET", "/v1/stock/"+sku, "").is(200)
	delete(a.body, "version")
	delete(a.body, "sku")
	got, err := json.Marshal(a.body)
	require.NoError(d.t, err)
	assert.JSONEq(d.t, counters, string(got))
}
