package api

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/batch"
	"orderly/services/internal/ledger"
	"orderly/services/internal/problem"
	"orderly/services/internal/settings"

	"orderly/services/internal/servetest"
)

const held = `{"orderId":"o1","status":"held","items":[{"sku":"pen","quantity":2,"unitPrice":{"amount":100,"currency":"USD"}}],"expiresAt":"2026-01-31T10:00:00Z"}`

func TestReserving(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "3")
	ask := `{"orderId":"o1","items":[{"sku":"pen","quantity":2}]}`
	d.call("POST", "/v1/reservations", ask).is(201, held)
	again := d.call("POST", "/v1/reservations", ask).is(200, held)
	assert.Equal(t, "true", again.Header().Get("Idempotent-Replayed"))
	d.call("GET", "/v1/reservations/o1", "").is(200, held)
	short := d.call("POST", "/v1/reservations", `{"orderId":"o2","items":[{"sku":"pen","quantity":2}],"ttlSeconds":60}`).refused(409, "out-of-stock")
	assert.Equal(t, "o2", short.body["orderId"])
	assert.Equal(t, []any{map[string]any{"sku": "pen", "requested": 2.0, "available": 1.0}}, short.body["shortages"])
	assert.Equal(t, []any{map[string]any{"sku": "pen", "quantity": 2.0, "unitPrice": map[string]any{"amount": 100.0, "currency": "USD"}}}, short.body["items"])

	committed := strings.Replace(held, "held", "committed", 1)
	for range 2 {
		d.call("POST", "/v1/reservations/o1/commit", "").is(200, committed)
	}
	d.call("POST", "/v1/reservations", ask).is(200, committed)
	illegal := d.call("DELETE", "/v1/reservations/o1", "").refused(409, "illegal-transition")
	assert.Equal(t, "committed", illegal.body["from"])
	assert.Equal(t, "released", illegal.body["to"])
	assert.Contains(t, illegal.body["detail"], "Cancel the order instead")

	for range 2 {
		d.call("DELETE", "/v1/reservations/late", "").is(200, `{"orderId":"late","status":"released","items":[]}`)
	}
	d.call("POST", "/v1/reservations", `{"orderId":"late","items":[{"sku":"pen","quantity":1}]}`).refused(409, "reservation-released")
	d.call("POST", "/v1/reservations/late/commit", "").refused(409, "illegal-transition")
	d.call("GET", "/v1/reservations/nobody", "").refused(404, "unknown-reservation")
	d.call("POST", "/v1/reservations/nobody/commit", "").refused(404, "unknown-reservation")
	d.call("DELETE", "/v1/reservations/a%7C%7Cb", "").refused(400, "validation-failed").wrongIn("orderId")
	unknown := d.call("POST", "/v1/reservations", `{"orderId":"o3","items":[{"sku":"dodo","quantity":1}]}`).refused(422, "unknown-product")
	assert.Equal(t, []any{"dodo"}, unknown.body["skus"])
	d.has("pen", `{"received":3,"available":1,"reserved":0,"sold":2}`)
}

func TestWhatCannotBeReserved(t *testing.T) {
	d := newDoor(t)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf(`{"sku":"s%d","quantity":1}`, i)
	}
	for body, field := range map[string]string{
		`{"items":[{"sku":"a","quantity":1}]}`:                 "orderId",
		`{"orderId":"a b","items":[{"sku":"a","quantity":1}]}`: "orderId",
		`{"orderId":"o"}`:            "items",
		`{"orderId":"o","items":[]}`: "items",
		`{"orderId":"o","items":[` + strings.Join(many, ",") + `]}`:                         "items",
		`{"orderId":"o","items":[{"sku":"a","quantity":1},{"sku":"a","quantity":2}]}`:       "items",
		`{"orderId":"o","items":[{"sku":"a","quantity":0}]}`:                                "items[0].quantity",
		`{"orderId":"o","items":[{"sku":"a","quantity":1},{"sku":"b","quantity":1000001}]}`: "items[1].quantity",
		`{"orderId":"o","items":[{"sku":"a b","quantity":1}]}`:                              "items[0].sku",
		`{"orderId":"o","items":[{"sku":"a","quantity":1}],"ttlSeconds":0}`:                 "ttlSeconds",
		`{"orderId":"o","items":[{"sku":"a","quantity":1}],"ttlSeconds":2592001}`:           "ttlSeconds",
	} {
		d.call("POST", "/v1/reservations", body).refused(400, "validation-failed").wrongIn(field)
	}
}

func TestABatch(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "3")
	got := d.call("POST", "/v1/reservations/batch", `{"reservations":[
		{"orderId":"o1","items":[{"sku":"pen","quantity":2}]},
		{"orderId":"o2","items":[{"sku":"pen","quantity":2}]},
		{"orderId":"o3","items":[{"sku":"dodo","quantity":1}]},
		{"orderId":"o4","items":[{"sku":"pen","quantity":0}]},
		{"orderId":"o5","itmes":[]},
		7,
		{"orderId":"o1","items":[{"sku":"pen","quantity":2}]},
		{"orderId":"o6","items":[{"sku":"pen","quantity":1}]}]}`).is(200)
	var statuses []any
	for _, r := range got.body["results"].([]any) {
		r := r.(map[string]any)
		statuses = append(statuses, r["status"])
		if p, ok := r["problem"].(map[string]any); ok {
			statuses = append(statuses, p["code"])
		}
	}
	assert.Equal(t, []any{201.0, 409.0, "out-of-stock", 422.0, "unknown-product", 400.0, "validation-failed", 400.0, "unknown-field", 400.0, "invalid-json", 200.0, 201.0}, statuses)
	d.has("pen", `{"received":3,"available":0,"reserved":3,"sold":0}`)
	d.call("POST", "/v1/reservations/batch", `{"reservations":[]}`).refused(400, "validation-failed").wrongIn("reservations")
	d.call("POST", "/v1/reservations/batch", `{"reservations":[`+strings.Repeat("1,", 500)+`1]}`).refused(400, "validation-failed").wrongIn("reservations")
}

func TestHoldsLapse(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "3")
	d.call("POST", "/v1/reservations", `{"orderId":"o1","items":[{"sku":"pen","quantity":2}],"ttlSeconds":5}`).is(201)
	d.call("POST", "/holds", "", "dapr-api-token", token).is(200, `{"lapsed":0}`)
	d.now = d.now.Add(5 * time.Second)
	d.call("POST", "/holds", "", "dapr-api-token", token).is(200, `{"lapsed":1}`)
	d.has("pen", `{"received":3,"available":3,"reserved":0,"sold":0}`)
	assert.Equal(t, "released", d.call("GET", "/v1/reservations/o1", "").body["status"])
	d.call("OPTIONS", "/holds", "", "dapr-api-token", token).is(200)
	d.call("POST", "/holds", "").refused(403, "own-sidecar-only")
}

func TestOnlyTheOwnSidecarDelivers(t *testing.T) {
	servetest.OwnSidecarOnly(t, newDoor(t).h, token, []string{"/events/orders", "/holds"})
}

func TestWhatTheStoreSaysIsPassedOn(t *testing.T) {
	d := newDoor(t)
	for _, said := range []error{ledger.Unavailable(assert.AnError), batch.ErrFull} {
		away, _ := errors.AsType[*problem.Problem](said)
		d.store.Err = away
		for _, path := range []string{"/v1/reservations", "/v1/reservations/o1/commit"} {
			a := d.call("POST", path, `{"orderId":"o1","items":[{"sku":"pen","quantity":2}]}`).refused(away.Status, away.Code)
			assert.Equal(t, "1", a.Header().Get("Retry-After"))
		}
		d.call("POST", "/holds", "", "dapr-api-token", token).refused(away.Status, away.Code)
		a := d.call("POST", "/v1/reservations/batch", `{"reservations":[{"orderId":"o1","items":[{"sku":"pen","quantity":2}]}]}`).is(200)
		assert.Equal(t, float64(away.Status), a.body["results"].([]any)[0].(map[string]any)["status"])
	}
}

// A batch is read fast when all is well; what is wrong with one must not change
// how the others are read.
func TestBothWaysToReadABatchAgree(t *testing.T) {
	c := Calls{HoldTTL: settings.Fixed(time.Minute)}
	for _, one := range []string{
		`{"orderId":"o","items":[{"sku":"a","quantity":1},{"sku":"b","quantity":2}],"ttlSeconds":60}`,
		`{"orderId":"o","items":[{"sku":"a","quantity":1}],"ttlSeconds":18446744074}`,
		`{"orderId":"o","items":[{"sku":"a","quantity":1}],"ttlSeconds":-18446744013}`,
		`{"orderId":"a b","items":[{"sku":"a","quantity":1}]}`,
		`{"orderId":"o","items":[{"sku":"ä","quantity":1}]}`,
		`{"orderId":"o","items":[null]}`,
		`{"ORDERID":"o","items":[{"sku":"a","quantity":1}]}`,
		`{}`, `null`,
	} {
		fast, err := c.readBatch([]byte(`{"reservations":[` + one + `]}`))
		require.NoError(t, err)
		slow, err := c.readEach([]byte(`{"reservations":[` + one + `]}`))
		require.NoError(t, err)
		assert.Equal(t, slow, fast, one)
	}
}
