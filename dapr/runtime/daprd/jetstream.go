package main

import (
	"context"
	"errors"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/components-contrib/pubsub/jetstream"
	"github.com/dapr/kit/logger"
	"github.com/nats-io/nats.go"
)

// patient is the JetStream component, but it waits for a broker that is not there yet, up to the component's
// initTimeout: a sidecar may start before its broker.
type patient struct{ pubsub.PubSub }

func newJetStream(log logger.Logger) pubsub.PubSub {
	return patient{jetstream.NewJetStream(log)}
}

func (p patient) Init(ctx context.Context, metadata pubsub.Metadata) error {
	for {
		err := p.PubSub.Init(ctx, metadata)
		if err == nil || ctx.Err() != nil || !errors.Is(err, nats.ErrNoServers) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}
