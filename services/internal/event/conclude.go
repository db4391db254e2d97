package event

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"orderly/services/internal/problem"
)

var tracer = otel.Tracer("orderly/event")

// hear opens an event and begins a span in its own trace.
func (rc *Receiver) hear(ctx context.Context, body []byte) Heard {
	e, err := Open(body)
	if err != nil {
		err = problem.New(http.StatusBadRequest, "malformed-event", "%s", err)
		return Heard{Ctx: ctx, Event: e, Err: err, body: body}
	}
	ctx, span := tracer.Start(e.Context(ctx), "handle "+e.Type, trace.WithSpanKind(trace.SpanKindConsumer))
	if span.IsRecording() {
		span.SetAttributes(attribute.String("messaging.message.id", e.ID), attribute.String("cloudevents.event_subject", e.Subject))
	}
	return Heard{Ctx: ctx, Event: e, Err: safely(func() error { return fault(e) }), body: body, span: span}
}

// deadAtOnce is how many dead letters of one delivery are on their way at once.
const deadAtOnce = 16

// conclude ends the spans, counts, and keeps final failures as dead letters. What
// has an error then must come again.
func (rc *Receiver) conclude(all []Heard) {
	var wg sync.WaitGroup
	gate := make(chan struct{}, deadAtOnce)
	for i := range all {
		h := &all[i]
		if h.span != nil {
			if h.Err != nil {
				h.span.SetStatus(codes.Error, h.Err.Error())
			}
			h.span.End()
		}
		if h.Err == nil {
			rc.Observe(h.Event.Type, "ok")
			continue
		}
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			h.Err = rc.failed(h)
		})
	}
	wg.Wait()
}

// failed says what becomes of an event that was not handled; its error means
// that the event must come again.
func (rc *Receiver) failed(h *Heard) error {
	log := rc.Log.With("event_id", h.Event.ID, "event_type", h.Event.Type)
	p := rc.Problems.Of(h.Err)
	if panicked, ok := errors.AsType[*panicError](h.Err); ok && rc.panics.again(h.Event.ID) {
		p = problem.New(http.StatusUnprocessableEntity, "handler-panics", "The handler panics at each delivery: %v", panicked.value)
	}
	if !p.Final() {
		rc.Observe(h.Event.Type, "retry")
		log.WarnContext(h.Ctx, "event will be retried", "error", h.Err.Error())
		return h.Err
	}
	if err := safely(func() error { return rc.DeadLetter(h.Ctx, h.body, p.Code+": "+reason(p)) }); err != nil {
		log.ErrorContext(h.Ctx, "event could not be dead-lettered", "error", err.Error())
		rc.Observe(h.Event.Type, "retry")
		return err
	}
	rc.panics.forget(h.Event.ID)
	rc.Observe(h.Event.Type, "dead")
	log.ErrorContext(h.Ctx, "event dead-lettered", "error", h.Err.Error())
	return nil
}

func reason(p *problem.Problem) string {
	s := p.Detail
	for _, f := range p.Fields {
		s += " " + f.Field + ": " + f.Message + "."
	}
	return s
}
