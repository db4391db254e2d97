package api

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReceiptsAndAdjustments(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "0")
	d.call("POST", "/v1/stock/pen/receipts", `{"quantity":10,"reference":"truck"}`).is(201, `{"sku":"pen","received":10,"available":10,"reserved":0,"sold":0,"version":1}`)
	d.call("POST", "/v1/stock/pen/adjustments", `{"delta":-4,"reason":"broken","reference":"count"}`).is(201, `{"sku":"pen","received":6,"available":6,"reserved":0,"sold":0,"version":2}`)
	again := d.call("POST", "/v1/stock/pen/receipts", `{"quantity":10,"reference":"truck"}`).is(200, `{"sku":"pen","received":10,"available":10,"reserved":0,"sold":0,"version":1}`)
	assert.Equal(t, "true", again.Header().Get("Idempotent-Replayed"))
	d.call("POST", "/v1/stock/pen/receipts", `{"quantity":11,"reference":"truck"}`).refused(422, "reference-reused")
	d.call("POST", "/v1/stock/pen/adjustments", `{"delta":-4,"reason":"lost","reference":"count"}`).refused(422, "reference-reused")
	below := d.call("POST", "/v1/stock/pen/adjustments", `{"delta":-7,"reason":"lost","reference":"x"}`).refused(409, "below-zero")
	assert.Equal(t, 6.0, below.body["available"])
	d.call("POST", "/v1/stock/pen/receipts", `{"quantity":9007199254740991,"reference":"x"}`).refused(409, "above-maximum")
	for body, field := range map[string]string{
		`{"quantity":0,"reference":"r"}`: "quantity", `{"quantity":1}`: "reference", `{"quantity":1,"reference":"a b"}`: "reference",
		`{"quantity":9007199254740992,"reference":"r"}`: "quantity",
	} {
		d.call("POST", "/v1/stock/pen/receipts", body).refused(400, "validation-failed").wrongIn(field)
	}
	d.call("POST", "/v1/stock/pen/adjustments", `{}`).refused(400, "validation-failed").wrongIn("delta", "reason", "reference")
	d.call("POST", "/v1/stock/dodo/receipts", `{"quantity":1,"reference":"r"}`).refused(404, "unknown-product")
	d.call("POST", "/v1/stock/dodo/adjustments", `{"delta":1,"reason":"r","reference":"r"}`).refused(404, "unknown-product")
	d.has("pen", `{"received":6,"available":6,"reserved":0,"sold":0}`)
}

func TestStockOfMany(t *testing.T) {
	d := newDoor(t)
	d.product("b", "2")
	d.product("a", "1")
	d.call("GET", "/v1/stock?sku=b&sku=a", "").is(200, `{"items":[
		{"sku":"b","received":2,"available":2,"reserved":0,"sold":0,"version":1},{"sku":"a","received":1,"available":1,"reserved":0,"sold":0,"version":1}]}`)
	none := d.call("GET", "/v1/stock?sku=b&sku=x&sku=y", "").refused(404, "unknown-product")
	assert.Equal(t, []any{"x", "y"}, none.body["skus"])
	d.call("GET", "/v1/stock?sku=a%7C%7Cb", "").refused(404, "unknown-product")
	d.call("GET", "/v1/stock", "").refused(400, "validation-failed").wrongIn("sku")
	d.call("GET", "/v1/stock?skus=a", "").refused(400, "unknown-parameter")
}

func TestLedger(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "5")
	d.call("POST", "/v1/reservations", `{"orderId":"o1","items":[{"sku":"pen","quantity":2}]}`).is(201)
	d.call("DELETE", "/v1/reservations/o1", "").is(200)
	first := d.call("GET", "/v1/stock/pen/ledger?limit=2", "").is(200)
	assert.Len(t, first.body["items"], 2)
	next := first.body["nextCursor"].(string)
	d.call("GET", "/v1/stock/pen/ledger?cursor="+next, "").is(200,
		`{"items":[{"sequence":3,"kind":"released","quantity":2,"orderId":"o1","reason":"released","at":"2026-01-31T09:30:00Z"}]}`)
	d.call("GET", "/v1/stock/pen/ledger?cursor=2", "").refused(400, "validation-failed").wrongIn("cursor")
	d.call("GET", "/v1/stock/dodo/ledger", "").refused(404, "unknown-product")
}
