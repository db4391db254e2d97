package serve

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

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
	case p.Status >= http.StatusInternalServerError && p.Err != nil: // without a cause it was decided, it did not fail
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
