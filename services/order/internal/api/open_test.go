package api

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAClosedShopTakesNoNewOrders(t *testing.T) {
	var open atomic.Bool
	a := api(holds, "o1")
	a.Open = open.Load
	h := a.Routes()
	open.Store(true)
	w, _ := call(t, h, "POST", "/v1/orders", alicesTea)
	require.Equal(t, 201, w.Code)

	open.Store(false)
	for path, body := range map[string]string{"/v1/orders": alicesTea, "/v1/orders/batch": `{"orders":[` + alicesTea + `]}`} {
		w, got := call(t, h, "POST", path, body)
		assert.Equal(t, 503, w.Code)
		assert.Equal(t, "shop-closed", got["code"])
		assert.Equal(t, "60", w.Header().Get("Retry-After"))
	}
	w, _ = call(t, h, "GET", "/v1/orders/o1", "")
	assert.Equal(t, 200, w.Code)
	w, _ = call(t, h, "POST", "/v1/orders/o1/payment", `{"reference":"r","amount":{"amount":10,"currency":"USD"}}`)
	assert.Equal(t, 200, w.Code, "all else goes on")

	open.Store(true)
	w, _ = call(t, h, "POST", "/v1/orders", alicesTea)
	assert.Equal(t, 201, w.Code)
}
