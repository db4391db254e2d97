package api

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
)

// TestTheExamplesOfStockAreUnderstood delivers what stock promises to publish.
func TestTheExamplesOfStockAreUnderstood(t *testing.T) {
	files, err := filepath.Glob("../../../stock/contract/examples/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		e, err := event.Open(raw)
		require.NoError(t, err, file)

		h := door(t, holds, e.Subject) // the order that a commit-failed speaks of
		_, o := call(t, h, "POST", "/v1/orders", alicesTea)
		id, _ := o["id"].(string)
		w, _ := call(t, h, "POST", "/v1/orders/"+id+"/payment", `{"reference":"r","amount":{"amount":10,"currency":"USD"}}`)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		body, err := json.Marshal(map[string]any{"entries": []any{map[string]any{"entryId": "1", "event": json.RawMessage(raw)}}})
		require.NoError(t, err)
		w, _ = call(t, h, "POST", "/events/stock", string(body), "dapr-api-token", token)
		assert.Contains(t, w.Body.String(), "SUCCESS", file)
		_, o = call(t, h, "GET", "/v1/orders/"+id, "")
		assert.Equal(t, e.Type == commitFailed, o["attention"] == "stock", file)
	}
}
