package dapr

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"orderly/services/order/internal/order"
)

// party is asks that go to stock in one invocation, by their places. They have
// the same baggage: what one customer's request carries must not end up in the
// events of another's.
type party []int

// mostAsks is how many reservations stock takes in one call.
const mostAsks = 500

func partiesOf(asks []order.Ask) []party {
	var parties []party
	places := map[string]int{}
	for i, a := range asks {
		carried := ""
		if b := baggage.FromContext(a.Ctx); b.Len() > 0 {
			carried = b.String()
		}
		n, known := places[carried]
		if !known || len(parties[n]) == mostAsks {
			n = len(parties)
			places[carried] = n
			parties = append(parties, make(party, 0, min(len(asks)-i, mostAsks)))
		}
		parties[n] = append(parties[n], i)
	}
	return parties
}

func (p party) of(asks []order.Ask) []order.Ask {
	if len(p) == len(asks) {
		return asks
	}
	out := make([]order.Ask, len(p))
	for i, at := range p {
		out[i] = asks[at]
	}
	return out
}

// traceOf is the W3C traceparent of a request whose trace is recorded, else "".
func traceOf(ctx context.Context) string {
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ""
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier["traceparent"]
}

// start returns a context for the invocation: that of a lone ask, so that its
// trace goes on in stock. Several share the trace of the first that is sampled,
// in a span that is linked to the others'.
func (p party) start(asks []order.Ask) (context.Context, trace.Span) {
	leader := asks[p[0]].Ctx
	var links []trace.Link
	for _, at := range p {
		own := trace.SpanContextFromContext(asks[at].Ctx)
		if !own.IsSampled() {
			continue
		}
		if links = append(links, trace.Link{SpanContext: own}); len(links) == 1 {
			leader = asks[at].Ctx
		}
	}
	if len(links) < 2 {
		return leader, noSpan
	}
	return otel.Tracer("orderly/order").Start(leader, "hold for many", trace.WithLinks(links[1:]...))
}

var noSpan = trace.SpanFromContext(context.Background())
