package event

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"orderly/services/internal/problem"
)

// Receiver is the door for a subscription: the sidecar posts events to it in
// bulk. Its answer per entry is SUCCESS (done) or RETRY (deliver it again), never
// DROP: the runtime's own dead letter would not carry the reason.
type Receiver struct {
	Handle     func(context.Context, Event) error
	Problems   problem.Table                                               // which errors are final
	DeadLetter func(ctx context.Context, body []byte, reason string) error // keeps a final failure, with its reason
	Observe    func(typ, result string)                                    // counts; result is ok, retry or dead
	Log        *slog.Logger
}

// Bulk answers a bulk delivery of CloudEvents. Events of one subject are
// handled in the order they came, different subjects side by side.
func (rc Receiver) Bulk(w http.ResponseWriter, r *http.Request) error {
	return Each(w, r, subjectOf, rc.one)
}

// one handles one event; its error means that the event must come again.
func (rc Receiver) one(ctx context.Context, body json.RawMessage) error {
	e, err := Open(body)
	if err == nil {
		err = rc.handle(e.Context(ctx), e)
		ctx = e.Context(ctx)
	} else {
		err = problem.New(http.StatusBadRequest, "malformed-event", "%s", err)
	}
	log := rc.Log.With("event_id", e.ID, "event_type", e.Type)
	if err == nil {
		rc.Observe(e.Type, "ok")
		log.DebugContext(ctx, "event handled")
		return nil
	}
	if p := rc.Problems.Of(err); p.Final() {
		if dead := rc.DeadLetter(ctx, body, p.Code+": "+reason(p)); dead != nil {
			log.ErrorContext(ctx, "event could not be dead-lettered", "error", dead.Error())
			rc.Observe(e.Type, "retry")
			return dead
		}
		rc.Observe(e.Type, "dead")
		log.ErrorContext(ctx, "event dead-lettered", "error", err.Error())
		return nil
	}
	rc.Observe(e.Type, "retry")
	log.WarnContext(ctx, "event will be retried", "error", err.Error())
	return err
}

// handle runs the handler in a span of the event's own trace; a panic is an
// error like any other, so that the event is retried and never lost.
func (rc Receiver) handle(ctx context.Context, e Event) (err error) {
	ctx, span := otel.Tracer("orderly/event").Start(ctx, "handle "+e.Type, trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("messaging.message.id", e.ID), attribute.String("cloudevents.event_subject", e.Subject)))
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	if err := fault(e); err != nil {
		return err
	}
	return rc.Handle(ctx, e)
}

func reason(p *problem.Problem) string {
	s := p.Detail
	for _, f := range p.Fields {
		s += " " + f.Field + ": " + f.Message + "."
	}
	return s
}

func subjectOf(body json.RawMessage) string {
	var s struct {
		Subject string `json:"subject"`
	}
	_ = json.Unmarshal(body, &s) // what cannot be read has a lane of its own: ""
	return s.Subject
}
