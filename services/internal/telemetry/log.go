package telemetry

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/trace"
	"golang.org/x/term"
)

// Logger returns the log of a service: JSON lines with timestamp, level,
// service, trace_id, span_id and message; readable text when w is a terminal.
// level is asked of each line; flush writes what was said last.
func Logger(w io.Writer, service string, level slog.Leveler) (log *slog.Logger, flush func()) {
	opts := &slog.HandlerOptions{Level: level}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(traced{slog.NewTextHandler(w, opts)}).With("service", service), func() {}
	}
	lines := &gathered{w: w}
	return slog.New(traced{slog.NewJSONHandler(&renamed{w: lines}, opts)}).With("service", service), lines.flush
}

// renamed gives two keys of slog's JSON the names that others look for. Doing it
// by ReplaceAttr takes as long again as the whole line.
type renamed struct {
	w    io.Writer
	line []byte
}

// Write takes one line, as slog's handler makes it: the time first, the message
// after the level. It is called by one at a time.
func (r *renamed) Write(line []byte) (int, error) {
	rest, timed := bytes.CutPrefix(line, []byte(`{"time":`))
	level, rest, said := bytes.Cut(rest, []byte(`,"msg":`))
	if !timed || !said {
		return r.w.Write(line)
	}
	r.line = append(append(r.line[:0], `{"timestamp":`...), level...)
	r.line = append(append(r.line, `,"message":`...), rest...)
	if _, err := r.w.Write(r.line); err != nil {
		return 0, err
	}
	return len(line), nil
}

// traced adds the ids of the current span to each line.
type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, r slog.Record) error {
	r.Time = r.Time.UTC()
	if s := trace.SpanContextFromContext(ctx); s.IsValid() {
		r.AddAttrs(slog.String("trace_id", s.TraceID().String()), slog.String("span_id", s.SpanID().String()))
	}
	return t.Handler.Handle(ctx, r)
}

func (t traced) WithAttrs(a []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(a)} }
func (t traced) WithGroup(g string) slog.Handler      { return traced{t.Handler.WithGroup(g)} }
