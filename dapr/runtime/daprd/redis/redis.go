// Package redis is Dapr's pubsub.redis (Redis Streams), with bulk subscriptions of its own, and streams that do not keep
// more of what every app has acknowledged than the settings say.
//
// Where a component has none, Dapr 1.16 gathers batches itself, and a delivery under way when a subscription ends, as it
// does whenever the app is away for some seconds, then waits for ever: it takes a worker of the component with it, and
// when all are gone no event is delivered any more until the sidecar starts anew.
package redis

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"

	"github.com/dapr/components-contrib/pubsub"
	contrib "github.com/dapr/components-contrib/pubsub/redis"
	"github.com/dapr/kit/logger"

	"orderly/dapr/runtime/daprd/delivery"
)

// sideBySide is how many batches of one topic are under way at once.
const sideBySide = 8

// health is the topic of probes, which nobody reads: a few bytes a second that would be kept for as long as events are.
const (
	health     = "health"
	healthMost = "100" // that are kept
)

type streams struct {
	pubsub.PubSub
	probes pubsub.PubSub // its own, as the component bounds all streams or none
	trimmer
}

// New returns the component.
func New(log logger.Logger) pubsub.PubSub {
	return &streams{contrib.NewRedisStreams(log), contrib.NewRedisStreams(log), trimmer{log: log}}
}

// Init connects.
func (s *streams) Init(ctx context.Context, meta pubsub.Metadata) error {
	if err := s.connect(ctx, meta); err != nil {
		return err
	}
	probes := meta
	probes.Properties = maps.Clone(meta.Properties)
	maps.DeleteFunc(probes.Properties, func(name, _ string) bool { return strings.EqualFold(name, "maxLenApprox") })
	probes.Properties["maxLenApprox"] = healthMost
	return errors.Join(s.PubSub.Init(ctx, meta), s.probes.Init(ctx, probes))
}

// Publish sends one event.
func (s *streams) Publish(ctx context.Context, req *pubsub.PublishRequest) error {
	if req.Topic == health {
		return s.probes.Publish(ctx, req)
	}
	return s.PubSub.Publish(ctx, req)
}

// Close ends the subscriptions and disconnects.
func (s *streams) Close() error {
	return errors.Join(s.PubSub.Close(), s.probes.Close(), s.disconnect())
}

// arrived is a message whose worker waits for what becomes of it.
type arrived struct {
	*pubsub.NewMessage
	done chan error
}

// BulkSubscribe delivers events in batches, which are as large as the component has workers (concurrency). What is not
// answered for when ctx ends stays with the broker.
func (s *streams) BulkSubscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.BulkHandler) error {
	in := make(chan arrived)
	b := delivery.Batcher[arrived]{
		Open:   func(m arrived) ([]byte, map[string]string) { return m.Data, m.Metadata },
		Answer: func(_ context.Context, m arrived, failed error) { m.done <- failed },
	}.Of(req, sideBySide, handle)
	err := s.Subscribe(ctx, req, func(_ context.Context, m *pubsub.NewMessage) error {
		it := arrived{m, make(chan error, 1)}
		select {
		case in <- it:
			return await(ctx, it.done)
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if err == nil {
		go s.trim(ctx, req.Topic)
		go b.Run(ctx, in, new(sync.WaitGroup))
	}
	return err
}

// await waits for the answer, and a little longer than ctx for one that is on its way.
func await(ctx context.Context, done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), delivery.Grace)
	defer cancel()
	select {
	case err := <-done:
		return err
	case <-late.Done():
		return ctx.Err()
	}
}
