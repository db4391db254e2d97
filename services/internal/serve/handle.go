package serve

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"orderly/services/internal/telemetry"
)

// HandlerFunc answers a request, or returns why it could not.
type HandlerFunc func(http.ResponseWriter, *http.Request) error

// Handle turns h into a handler. It is the one exit for failures: mapped,
// logged and answered once.
func (f *Frame) Handle(h HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			f.fail(w, r, err)
		}
	}
}

func (f *Frame) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := f.Problems.Of(err)
	level := slog.LevelInfo
	switch {
	case isProbe(r):
		level = slog.LevelDebug // readiness logs its own changes
	case p.Status >= http.StatusInternalServerError:
		level = slog.LevelError
	}
	ctx := r.Context()
	if telemetry.TraceID(ctx) == "" { // a probe: not traced while all is well
		var span trace.Span
		ctx, span = otel.Tracer("orderly/serve").Start(ctx, "refused "+routeOf(r))
		defer span.End()
	}
	if seen, ok := w.(*statusWriter); ok && level == slog.LevelInfo {
		seen.code, seen.cause = p.Code, err // the request's own line says it
	} else {
		f.Log.Log(ctx, level, "request refused", "code", p.Code, "status", p.Status, "method", r.Method, "route", routeOf(r), "error", err.Error())
	}
	if err := p.Write(w, r.URL.Path, telemetry.TraceID(ctx), time.Now()); err != nil {
		f.Log.WarnContext(ctx, "problem could not be written", "error", err.Error())
	}
}

// recover turns a panic into a 500 like any other.
func (f *Frame) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
					panic(v)
				}
				f.fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// trace puts every request but the probes in a span, named by its route.
func (f *Frame) trace(next http.Handler) http.Handler {
	named := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		trace.SpanFromContext(r.Context()).SetName(r.Method + " " + routeOf(r))
	})
	return otelhttp.NewHandler(named, f.Service, otelhttp.WithFilter(func(r *http.Request) bool {
		return !isProbe(r) && (f.Untraced == "" || !strings.HasPrefix(r.URL.Path, f.Untraced))
	}))
}

// observe counts and logs each request but the probes.
func (f *Frame) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isProbe(r) {
			next.ServeHTTP(w, r)
			return
		}
		start := time.Now()
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(sw, r)
		took := time.Since(start)
		f.Metrics.request(r.Method, routeOf(r), sw.status, took)
		said := []any{"method", r.Method, "route", routeOf(r), "status", sw.status, "ms", took.Milliseconds()}
		if sw.cause != nil {
			said = append(said, "code", sw.code, "error", sw.cause.Error())
		}
		f.Log.InfoContext(r.Context(), "request", said...)
	})
}

func isProbe(r *http.Request) bool {
	switch r.URL.Path {
	case "/healthz", "/readyz", "/metrics":
		return true
	}
	return false
}

// routeOf returns the pattern, never the path: paths carry ids.
func routeOf(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
		return c.RoutePattern()
	}
	return "unmatched"
}

type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
	code   string // of the problem that was answered, and why
	cause  error
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach Flush.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
