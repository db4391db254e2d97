package serve

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/sidecar"
)

func TestFilesOfTheContract(t *testing.T) {
	sc, err := sidecar.New(sidecar.Config{HTTPPort: 1, GRPCPort: 1})
	require.NoError(t, err)
	files := fstest.MapFS{"openapi.yaml": {Data: []byte("openapi: 3.1.0")}, "schemas/order.json": {Data: []byte("{}")}}
	r := NewFrame("order", Config{}, slog.New(slog.DiscardHandler), sc, sidecar.Needs{}, nil, files).Router()
	for path, want := range map[string]int{
		"/openapi.yaml": 200, "/schemas/order.json": 200,
		"/asyncapi.yaml": 404, "/schemas/": 404, "/schemas": 404, "/schemas/nope": 404, "/schemas/../openapi.yaml": 404,
		"/examples/": 404, "/schemas/order.json/": 404, "/schemas//order.json": 404,
	} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		assert.Equal(t, want, w.Code, path)
		if want == 404 {
			assert.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), path)
		}
	}
}
