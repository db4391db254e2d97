package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	amqp "github.com/rabbitmq/amqp091-go"
)

// broker hears what is said of each event.
type broker struct {
	mu    sync.Mutex
	words []string
}

func (b *broker) hear(word string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.words = append(b.words, word)
	return nil
}

func (b *broker) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.words)
}

func (b *broker) Ack(tag uint64, multiple bool) error {
	return b.hear(fmt.Sprintf("ack %d %t", tag, multiple))
}

func (b *broker) Nack(tag uint64, multiple, requeue bool) error {
	return b.hear(fmt.Sprintf("nack %d %t %t", tag, multiple, requeue))
}

func (b *broker) Reject(tag uint64, requeue bool) error { return b.Nack(tag, false, requeue) }

func component() *RabbitMQ { return New(logger.NewLogger("test")).(*RabbitMQ) }

func TestAnEventIsAnsweredForAlone(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx         context.Context
		failed      error
		first, then []string
	}{
		"handled":                   {t.Context(), nil, []string{"ack 7 false"}, []string{"ack 7 false"}},
		"handled when all was over": {ended, nil, []string{"ack 7 false"}, []string{"ack 7 false"}},
		"failed":                    {t.Context(), errors.New("no"), nil, []string{"nack 7 false true"}},
		"not the event's fault":     {ended, errors.New("no"), nil, nil}, // the end of the channel gives it back
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &broker{}
				component().batcher("orders").Answer(c.ctx, amqp.Delivery{Acknowledger: b, DeliveryTag: 7}, c.failed)
				if got := b.heard(); !slices.Equal(got, c.first) {
					t.Errorf("the broker heard %v, want %v", got, c.first)
				}
				time.Sleep(again + time.Millisecond)
				synctest.Wait()
				if got := b.heard(); !slices.Equal(got, c.then) {
					t.Errorf("a second later it has heard %v, want %v", got, c.then)
				}
			})
		})
	}
}

// A lost channel ends the round, after what was delivered has been answered for.
func TestALostChannelEndsTheRound(t *testing.T) {
	broker, handled := &broker{}, 0
	b := component().batcher("orders").Of(pubsub.SubscribeRequest{Topic: "orders"}, 1,
		func(_ context.Context, m *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
			handled += len(m.Entries)
			return nil, nil
		})
	b.Max = 1
	deliveries := make(chan amqp.Delivery)
	go func() {
		deliveries <- amqp.Delivery{Acknowledger: broker, DeliveryTag: 1}
		deliveries <- amqp.Delivery{Acknowledger: broker, DeliveryTag: 2}
		close(deliveries)
	}()
	run(t.Context(), b, deliveries)
	if got := broker.heard(); handled != len(got) || handled == 0 {
		t.Errorf("%d handled, %v answered for", handled, got)
	}
}

func TestWhatIsMissingIsNamedAndNoPasswordIsPrinted(t *testing.T) {
	for want, properties := range map[string]map[string]string{
		"connectionString and consumerID are needed":                   {"consumerID": "order"},
		"connectionString is not amqp://user:password@host:port/vhost": {"consumerID": "order", "connectionString": "amqp://u:hush@host:port"},
	} {
		md := pubsub.Metadata{}
		md.Properties = properties
		if err := component().Init(t.Context(), md); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
