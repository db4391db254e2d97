package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func against(t *testing.T, h http.Handler) (*shop, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	var said bytes.Buffer
	s := newShop(&said)
	s.patience = 300 * time.Millisecond
	for _, service := range services {
		s.urls[service] = server.URL
	}
	return s, &said
}

func TestGood(t *testing.T) {
	f := newFake()
	s, said := against(t, f)
	s.commit = "c0ffee"
	require.NoError(t, s.run(t.Context(), time.Minute))
	assert.Contains(t, said.String(), "stock has it back")
	assert.True(t, f.deleted, "the product is left behind")
}

func TestAnythingWrongIsSeen(t *testing.T) {
	const pending, rejected = `{"id": "1", "status": "pending"}`, `{"id": "1", "status": "rejected"}`
	const confirmed = `{"id": "1", "status": "confirmed"}`
	for name, wrong := range map[string]struct {
		route, from string
		code        int
		body        string
		step, why   string
		left        bool
	}{
		"a service is not ready":        {"GET /readyz", "", 503, `{}`, "the services are ready", "503", true},
		"another version":               {"GET /version", "", 200, `{"commit": "bad"}`, "the services are ready", `"bad"`, true},
		"no products":                   {"POST /v1/products", "", 500, `{}`, "a product is on the shelf", "500", true},
		"sold out":                      {"POST /v1/orders", "", 409, rejected, "an order is confirmed", "409", false},
		"pending for ever":              {"GET /v1/orders/1", "", 200, pending, "an order is confirmed", "still pending", false},
		"rejected later":                {"GET /v1/orders/1", "", 200, rejected, "an order is confirmed", "is rejected", false},
		"stock holds nothing":           {"GET /v1/stock/{sku}", "", 200, `{"available": 3}`, "stock holds it", "3 available", false},
		"nobody is told":                {"GET /v1/notifications", "", 200, `{"items": []}`, "the customer is told", "there are []", false},
		"telling failed":                {"GET /v1/notifications", "", 200, `{"items": [{"template": "confirmed", "status": "failed", "error": "no route"}]}`, "the customer is told", "no route", false},
		"not paid":                      {"POST /v1/orders/1/payment", "", 200, confirmed, "the order is paid", "is confirmed", false},
		"stock does not hear of it":     {"GET /v1/stock/{sku}", "paid", 200, `{"available": 1, "reserved": 2}`, "stock has sold it", "2 reserved", false},
		"not cancelled":                 {"DELETE /v1/orders/1", "", 409, `{}`, "the order is cancelled", "409", true},
		"nothing is given back":         {"GET /v1/stock/{sku}", "cancelled", 200, `{"available": 1, "sold": 2}`, "stock has it back", "2 sold", true},
		"the product cannot be deleted": {"DELETE /v1/products/{sku}", "", 409, `{}`, "is left behind", "409", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			s, _ := against(t, f.breaks(wrong.route, wrong.from, wrong.code, wrong.body))
			s.commit = "c0ffee"
			err := s.run(t.Context(), 300*time.Millisecond)
			require.ErrorContains(t, err, wrong.step)
			require.ErrorContains(t, err, wrong.why)
			assert.Equal(t, !wrong.left, f.deleted, "the product was deleted")
		})
	}
}

func TestMailThatIsNotSent(t *testing.T) {
	s, _ := against(t, newFake()) // which suppresses it
	s.mail = "smoke@example.com"
	require.ErrorContains(t, s.run(t.Context(), 300*time.Millisecond), "the customer is told")
}
