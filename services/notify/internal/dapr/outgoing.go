package dapr

import (
	"context"
	"regexp"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"orderly/services/internal/telemetry"
	"orderly/services/notify/internal/notify"
)

// span starts the sending in the trace of the event, which may be long over.
func span(ctx context.Context, name string, m notify.Message) (context.Context, func()) {
	f := m.Event.Fields()
	ctx = telemetry.Resume(ctx, map[string]string{"traceparent": f.TraceParent, "baggage": f.Baggage})
	ctx, s := otel.Tracer("orderly/notify").Start(ctx, name, trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(attribute.String("messaging.message.id", m.ID), attribute.String("order.id", f.OrderID)))
	return ctx, func() { s.End() }
}

// answered finds the status in the words of sidecar.Client.Bind, which are those of bindings.http.
var answered = regexp.MustCompile(`received status code (\d{3})`)

// because says what may be said in public of a binding's error: its own text
// carries addresses.
func because(err error) string {
	if m := answered.FindStringSubmatch(err.Error()); m != nil {
		return ": " + answerWords(m[1])
	}
	switch status.Code(err) { //nolint:exhaustive // the others say nothing more
	case codes.Unavailable:
		return ": the sidecar could not be reached"
	case codes.DeadlineExceeded, codes.Canceled:
		return ": no answer in time"
	}
	return ""
}

// answerWords says what the answer of a receiver was, or of the way to it: see api.egress.
func answerWords(code string) string {
	switch {
	case code[0] == '3':
		return "it answered " + code + ", and redirects are not followed"
	case code == "421":
		return "its address is none that webhooks may go to"
	case code == "502":
		return "it could not be reached"
	case code == "504":
		return "no answer in time"
	}
	return "it answered " + code
}

// Publisher publishes to any topic.
type Publisher func(ctx context.Context, topic string, body []byte) error

// Publish puts a message on a topic, unchanged.
func (p Publisher) Publish(ctx context.Context, topic string, body []byte) error {
	return p(ctx, topic, body)
}
