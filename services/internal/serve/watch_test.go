package serve

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"orderly/services/internal/sidecar"
)

// A request is one span in the trace of its caller, named by its route; one that fails on our side is an error. Probes
// and paths that carry secrets have none.
func TestSpansOfRequests(t *testing.T) {
	was, carrier := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	t.Cleanup(func() { otel.SetTracerProvider(was); otel.SetTextMapPropagator(carrier) })
	spans := tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(spans)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	f := NewFrame("test", Config{}, slog.New(slog.DiscardHandler), nil, sidecar.Needs{}, nil, fstest.MapFS{})
	f.Untraced = "/secret/"
	r := chi.NewRouter()
	r.Use(f.trace, f.observe)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	r.Get("/things/{id}", status(http.StatusNotFound))
	r.Get("/broken", status(http.StatusInternalServerError))
	r.Get("/secret/{ticket}", status(http.StatusOK))
	r.Get("/healthz", status(http.StatusOK))
	for _, path := range []string{"/things/7", "/broken", "/secret/x", "/healthz"} {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		r.ServeHTTP(httptest.NewRecorder(), req)
	}
	ended := spans.Ended()
	require.Len(t, ended, 2)
	assert.Equal(t, "GET /things/{id}", ended[0].Name())
	assert.Equal(t, codes.Unset, ended[0].Status().Code)
	assert.Contains(t, ended[0].Attributes(), attribute.String("http.route", "/things/{id}"))
	assert.Contains(t, ended[0].Attributes(), attribute.Int("http.response.status_code", http.StatusNotFound))
	assert.Equal(t, "b7ad6b7169203331", ended[0].Parent().SpanID().String())
	assert.Equal(t, "0af7651916cd43dd8448eb211c80319c", ended[0].SpanContext().TraceID().String())
	assert.Equal(t, "GET /broken", ended[1].Name())
	assert.Equal(t, codes.Error, ended[1].Status().Code)
}
