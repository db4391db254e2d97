package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/order/internal/order"
)

func TestWhoFindsNoRoomIsRefused(t *testing.T) {
	h := door(t, holds)
	many := make([]string, waiting+1)
	for i := range many {
		many[i] = alicesTea
	}
	w, got := call(t, h, "POST", "/v1/orders/batch", `{"orders":[`+strings.Join(many, ",")+`]}`)
	assert.Equal(t, 429, w.Code)
	assert.Equal(t, "too-many-requests", got["code"])
	assert.Equal(t, "1", w.Header().Get("Retry-After"))
	w, _ = call(t, h, "POST", "/v1/orders/batch", `{"orders":[`+strings.Join(many[1:], ",")+`]}`)
	assert.Equal(t, 200, w.Code)
}

// TestWhoLeavesHarmsNobody has a caller leave while his order is at stock: it is
// kept all the same.
func TestWhoLeavesHarmsNobody(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	h := door(t, func(id string, items []order.Item) ([]order.Item, error) {
		close(asked)
		<-answer
		return holds(id, items)
	}, "o1")
	ctx, leave := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, "POST", "/v1/orders", strings.NewReader(alicesTea))
	r.Header.Set("Content-Type", "application/json")
	w, left := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(left)
		h.ServeHTTP(w, r)
	}()
	<-asked
	leave()
	<-left
	assert.Equal(t, 503, w.Code)
	close(answer)
	require.Eventually(t, func() bool {
		_, o := call(t, h, "GET", "/v1/orders/o1", "")
		return o["status"] == "confirmed"
	}, 5*time.Second, time.Millisecond)
}
