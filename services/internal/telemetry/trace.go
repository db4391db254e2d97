// Package telemetry sets up logs and traces the same way in every service.
package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Trace installs the tracer and the W3C propagators (traceparent, baggage).
// Spans are always made, so that logs and problems carry trace ids; they are
// exported only when one of the standard OTEL_* variables asks for it. The
// returned function flushes what is left.
func Trace(ctx context.Context, service, version string) (flush func(context.Context) error, err error) {
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	res, err := resource.Merge(resource.Default(), resource.NewSchemaless(
		attribute.String("service.name", service), attribute.String("service.version", version)))
	if err != nil {
		return nil, err
	}
	opts := []sdk.TracerProviderOption{sdk.WithResource(res)}
	if exportAsked() {
		exp, err := autoexport.NewSpanExporter(ctx)
		if err != nil {
			return nil, err
		}
		opts = append(opts, sdk.WithBatcher(exp))
	}
	p := sdk.NewTracerProvider(opts...)
	otel.SetTracerProvider(p)
	return p.Shutdown, nil
}

// exportAsked is needed because the exporter's own default, with nothing set,
// is to send to localhost:4318.
func exportAsked() bool {
	for _, name := range []string{"OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		if v := os.Getenv(name); v != "" && v != "none" {
			return os.Getenv("OTEL_SDK_DISABLED") != "true"
		}
	}
	return false
}

// TraceID returns the trace id of ctx, empty when there is none.
func TraceID(ctx context.Context) string {
	if s := trace.SpanContextFromContext(ctx); s.IsValid() {
		return s.TraceID().String()
	}
	return ""
}

// Carry returns traceparent and baggage of ctx as they travel.
func Carry(ctx context.Context) map[string]string {
	c := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, c)
	return c
}

// Resume returns ctx continued from a carried traceparent and baggage.
func Resume(ctx context.Context, carried map[string]string) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier(carried))
}
