package sidecar

import (
	"context"
	"fmt"
	"strconv"

	dapr "github.com/dapr/go-sdk/client"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/metadata"

	"orderly/services/internal/event"
	"orderly/services/internal/telemetry"
)

// Publish sends events to a topic in one bulk call. On an error some may have
// been accepted: publish all of them again, receivers know a repeat by its id.
//
// They are CloudEvents already, so the sidecar is told to pass them on as they
// are: it would take each apart, to add the two attributes that Dapr's own SDKs
// look for, and put it together again. Brokers with partitions (Kafka) keep the
// events of one subject in one of them, and so in their order.
func (c *Client) Publish(ctx context.Context, pubsub, topic string, events []event.Event) error {
	entries := make([]any, len(events))
	added := fmt.Appendf(nil, `,"pubsubname":%q,"topic":%q}`, pubsub, topic)
	for i, e := range events {
		body := e.Append(make([]byte, 0, len(e.Data)+len(added)+512))
		body = append(body[:len(body)-1], added...)
		entries[i] = dapr.PublishEventsEvent{EntryID: strconv.Itoa(i), Data: body, ContentType: "application/cloudevents+json",
			Metadata: map[string]string{"partitionKey": e.Subject}}
	}
	res := c.dapr.PublishEvents(ctx, pubsub, topic, entries, dapr.PublishEventsWithRawPayload())
	var err error
	if len(res.FailedEvents) > 0 || res.Error != nil {
		err = fmt.Errorf("publish to %s: %d of %d events failed: %w", topic, len(res.FailedEvents), len(events), res.Error)
	}
	c.broker(pubsub).used(err, 0)
	return err
}

// PublishAsIs sends one message, byte by byte unchanged. Published as a
// CloudEvent, Dapr would add what it misses: its own id, source and more.
func (c *Client) PublishAsIs(ctx context.Context, pubsub, topic string, body []byte) error {
	err := c.publishAsIs(ctx, pubsub, topic, body)
	c.broker(pubsub).used(err, 0)
	return err
}

func (c *Client) publishAsIs(ctx context.Context, pubsub, topic string, body []byte) error {
	err := c.dapr.PublishEvent(ctx, pubsub, topic, body, dapr.PublishEventWithRawPayload())
	if err != nil {
		return fmt.Errorf("publish to %s: %w", topic, err)
	}
	return nil
}

// DeadLetters returns how app keeps what it can never handle: on topic, with
// its name and the reason. Only a JSON object has a place for those.
func (c *Client) DeadLetters(pubsub, topic, app string) func(ctx context.Context, body []byte, reason string) error {
	return func(ctx context.Context, body []byte, reason string) error {
		letter, err := event.DeadLetter(body, app, reason)
		if err != nil {
			return err
		}
		return c.PublishAsIs(ctx, pubsub, topic, letter)
	}
}

// Invoke calls path of app with a JSON body (or none) through both sidecars and
// returns what the app answered with a 2xx; any other answer is an error.
//
// It goes by the gRPC API. With a timeout in the resiliency policy, the HTTP one
// of Dapr 1.16 writes the answer in a goroutine that outlives the request: a
// client that leaves at that moment crashes the sidecar.
func (c *Client) Invoke(ctx context.Context, verb, app, path string, body []byte) ([]byte, error) {
	got, err := c.dapr.InvokeMethodWithContent(ctx, app, path, verb, &dapr.DataContent{Data: body, ContentType: "application/json"})
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", app, err)
	}
	return got, nil
}

// Bind invokes the create operation of an output binding; trace and baggage of
// ctx travel in its metadata. A status that is no 2xx in the metadata of the answer,
// which bindings.http gives, is an error, too.
func (c *Client) Bind(ctx context.Context, binding string, data []byte, meta map[string]string) error {
	ctx, span := otel.Tracer("orderly/sidecar").Start(ctx, "binding "+binding, trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	all := telemetry.Carry(ctx)
	for k, v := range all {
		ctx = metadata.AppendToOutgoingContext(ctx, k, v)
	}
	for k, v := range meta {
		all[k] = v
	}
	ask := &dapr.InvokeBindingRequest{Name: binding, Operation: "create", Data: data, Metadata: all}
	got, err := c.dapr.InvokeBinding(ctx, ask)
	if err == nil && got != nil {
		if code := got.Metadata["statusCode"]; code != "" && code[0] != '2' {
			err = fmt.Errorf("received status code %s", code)
		}
	}
	if err != nil {
		span.SetStatus(codes.Error, "the binding failed")
		return fmt.Errorf("binding %s: %w", binding, err)
	}
	return nil
}

// Secret reads one secret.
func (c *Client) Secret(ctx context.Context, store, key string) (string, error) {
	got, err := c.dapr.GetSecret(ctx, store, key, nil)
	if err != nil {
		return "", fmt.Errorf("secret %s/%s: %w", store, key, err)
	}
	if v := got[key]; v != "" {
		return v, nil
	}
	return "", fmt.Errorf("secret %s/%s is empty", store, key)
}
