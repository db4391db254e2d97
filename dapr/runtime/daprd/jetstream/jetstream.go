// Package jetstream is Dapr's pubsub.jetstream component as this system needs it.
//
// The one in the released daprd never asks the NATS client for manual acknowledgement. With `concurrency: parallel` its
// callback returns at once, the client then acknowledges by itself, and what the app has not handled yet is lost when
// the sidecar dies. With `concurrency: single` it is safe, and handles one event at a time. This one
//
//   - acknowledges after the app has answered, whatever the concurrency, and tells the broker that it is still at it;
//   - delivers several batches of a topic side by side, so that one event that is being retried does not hold up the rest;
//   - publishes in bulk in order, without waiting for each answer before sending the next;
//   - waits for a broker that is not there yet, and reconnects for as long as it takes;
//   - drops from a stream that is more than half full what every app has acknowledged.
//
// Streams, consumers and metadata are the same, so either runtime can follow the other.
package jetstream

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	contrib "github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/metadata"
	"github.com/nats-io/nats.go"
)

type settings struct {
	NatsURL        string        `mapstructure:"natsURL"`
	DurableName    string        `mapstructure:"durableName"`
	QueueGroupName string        `mapstructure:"queueGroupName"`
	MaxAckPending  int           `mapstructure:"maxAckPending"`
	AckWait        time.Duration `mapstructure:"ackWait"`
}

// JetStream is the component.
type JetStream struct {
	log     logger.Logger
	set     settings
	conn    *nats.Conn
	js      nats.JetStreamContext
	ctx     context.Context // ends when the component is closed
	close   context.CancelFunc
	readers sync.WaitGroup
}

// New returns the component; Init connects it.
func New(log logger.Logger) pubsub.PubSub {
	ctx, cancel := context.WithCancel(context.Background())
	return &JetStream{log: log, ctx: ctx, close: cancel}
}

// Init connects to the broker. It waits for one that is not there yet, up to the component's initTimeout.
func (j *JetStream) Init(ctx context.Context, md pubsub.Metadata) error {
	if err := metadata.DecodeMetadata(md.Properties, &j.set); err != nil {
		return err
	}
	if j.set.NatsURL == "" || j.set.DurableName == "" || j.set.QueueGroupName == "" {
		return errors.New("natsURL, durableName and queueGroupName are needed")
	}
	for {
		err := j.connect()
		if !errors.Is(err, nats.ErrNoServers) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (j *JetStream) connect() (err error) {
	j.conn, err = nats.Connect(j.set.NatsURL,
		nats.Name("daprd "+j.set.DurableName),
		nats.MaxReconnects(-1), // the default gives up for good after two minutes
		nats.ReconnectWait(200*time.Millisecond),
		nats.ReconnectBufSize(-1), // a publish without a broker fails now instead of in five seconds
	)
	if err != nil {
		return err
	}
	j.js, err = j.conn.JetStream(nats.PublishAsyncMaxPending(1 << 16))
	return err
}

// Close stops reading, waits for what is being handled and disconnects.
func (j *JetStream) Close() error {
	j.close()
	j.readers.Wait()
	if j.conn != nil {
		j.conn.Close()
	}
	return nil
}

// Features: without this one the runtime would publish the events of a bulk one
// by one, in goroutines.
func (j *JetStream) Features() []pubsub.Feature { return []pubsub.Feature{pubsub.FeatureBulkPublish} }

// GetComponentMetadata names the settings.
func (j *JetStream) GetComponentMetadata() (info contrib.MetadataMap) {
	contrib.GetMetadataInfoFromStructType(reflect.TypeFor[settings](), &info, contrib.PubSubType)
	return info
}
