// Package rabbitmq is Dapr's pubsub.rabbitmq component as this system needs it.
//
// The one in the released daprd waits for the broker's confirmation of each event before it sends the next, and takes one
// that the broker refused, or that a lost connection left open, for a success. A subscription that ends stays with the
// broker as a consumer, and its next start closes the connection of all. This one
//
//   - publishes in bulk in order, without waiting for each confirmation, and fails what was not confirmed;
//   - has a channel for each subscription, and closes it when the subscription ends: the queue gets back what was under way;
//   - delivers several batches of a queue side by side, and gives a failed event back after a second instead of at once.
//
// Exchanges, queues and metadata are the same, so either runtime can follow the other.
package rabbitmq

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
	amqp "github.com/rabbitmq/amqp091-go"
)

type settings struct {
	ConnectionString string `mapstructure:"connectionString"`
	ConsumerID       string `mapstructure:"consumerID"`
	ClientName       string `mapstructure:"clientName"`
}

// RabbitMQ is the component.
type RabbitMQ struct {
	log     logger.Logger
	set     settings
	in      link // for subscriptions: a broker that is short of memory stops who publishes, not who reads
	out     link
	ctx     context.Context // ends when the component is closed
	close   context.CancelFunc
	readers sync.WaitGroup

	mu       sync.Mutex
	channel  *amqp.Channel   // for publishing; nil or closed when it must be opened
	declared map[string]bool // exchanges, by this connection
}

// New returns the component; Init connects it.
func New(log logger.Logger) pubsub.PubSub {
	ctx, cancel := context.WithCancel(context.Background())
	return &RabbitMQ{log: log, ctx: ctx, close: cancel}
}

// Init connects to the broker. It waits for one that is not there yet, up to the component's initTimeout.
func (r *RabbitMQ) Init(ctx context.Context, md pubsub.Metadata) error {
	if err := metadata.DecodeMetadata(md.Properties, &r.set); err != nil {
		return err
	}
	if r.set.ConnectionString == "" || r.set.ConsumerID == "" {
		return errors.New("connectionString and consumerID are needed")
	}
	if _, err := amqp.ParseURI(r.set.ConnectionString); err != nil {
		return errors.New("connectionString is not amqp://user:password@host:port/vhost") // the cause would print the password
	}
	r.in, r.out = link{url: r.set.ConnectionString, name: r.set.ClientName}, link{url: r.set.ConnectionString, name: r.set.ClientName}
	for {
		_, err := r.publisher()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// Close stops reading, waits for what is being handled and disconnects.
func (r *RabbitMQ) Close() error {
	r.close()
	r.readers.Wait()
	return errors.Join(r.in.close(), r.out.close())
}

// Features: without this one the runtime would publish the events of a bulk one by one, in goroutines.
func (r *RabbitMQ) Features() []pubsub.Feature { return []pubsub.Feature{pubsub.FeatureBulkPublish} }

// GetComponentMetadata names the settings.
func (r *RabbitMQ) GetComponentMetadata() (info contrib.MetadataMap) {
	contrib.GetMetadataInfoFromStructType(reflect.TypeFor[settings](), &info, contrib.PubSubType)
	return info
}
