package rabbitmq

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	amqp "github.com/rabbitmq/amqp091-go"

	"orderly/dapr/runtime/daprd/delivery"
)

const (
	// Batches of one queue under way at once.
	sideBySide = 8
	// Events that the broker sends before one is acknowledged; also what a crash of the sidecar delivers twice.
	prefetch = 1024
	// A failed event comes again after this time.
	again = time.Second
)

type batcher = delivery.Batcher[amqp.Delivery]

// Subscribe delivers events one by one, many at a time.
func (r *RabbitMQ) Subscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.Handler) error {
	return r.read(ctx, req.Topic, func(b batcher) batcher { return b.Singly(req.Topic, prefetch/4, handle) })
}

// BulkSubscribe delivers events in batches.
func (r *RabbitMQ) BulkSubscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.BulkHandler) error {
	return r.read(ctx, req.Topic, func(b batcher) batcher { return b.Of(req, sideBySide, handle) })
}

// read feeds a batcher with the queue's events until ctx ends or the component is closed, whatever becomes of the
// connection meanwhile.
func (r *RabbitMQ) read(ctx context.Context, topic string, how func(batcher) batcher) error {
	if r.ctx.Err() != nil {
		return errors.New("component is closed")
	}
	ch, deliveries, err := r.consume(topic)
	if err != nil {
		return err
	}
	b := how(r.batcher(topic))
	ctx, cancel := context.WithCancel(ctx)
	stopped := context.AfterFunc(r.ctx, cancel)
	r.readers.Go(func() {
		defer cancel()
		defer stopped()
		for {
			if err == nil {
				run(ctx, b, deliveries)
				ch.Close() // the queue gets back what was not acknowledged
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			if ch, deliveries, err = r.consume(topic); err != nil {
				r.log.Warnf("topic %s cannot be read: %v", topic, err)
			}
		}
	})
	return nil
}

// run delivers until ctx ends or the channel is lost.
func run(ctx context.Context, b batcher, deliveries <-chan amqp.Delivery) {
	ctx, cancel := context.WithCancel(ctx)
	in := make(chan amqp.Delivery)
	go func() {
		defer cancel()
		for d := range deliveries {
			select {
			case in <- d:
			case <-ctx.Done():
				return
			}
		}
	}()
	var under sync.WaitGroup
	b.Run(ctx, in, &under)
	under.Wait()
}

// consume begins to read the app's queue of a topic, which it makes as the released component does.
func (r *RabbitMQ) consume(topic string) (*amqp.Channel, <-chan amqp.Delivery, error) {
	ch, err := r.in.open()
	if err != nil {
		return nil, nil, err
	}
	queue := r.set.ConsumerID + "-" + topic
	deliveries, err := func() (<-chan amqp.Delivery, error) {
		if err := declareExchange(ch, topic); err != nil {
			return nil, err
		}
		if _, err := ch.QueueDeclare(queue, true, false, false, false, amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeClassic}); err != nil {
			return nil, err
		}
		if err := ch.QueueBind(queue, "", topic, false, nil); err != nil {
			return nil, err
		}
		if err := ch.Qos(prefetch, 0, false); err != nil {
			return nil, err
		}
		return ch.Consume(queue, "", false, false, false, false, nil)
	}()
	if err != nil {
		ch.Close()
		return nil, nil, err
	}
	return ch, deliveries, nil
}

// batcher returns how events are answered for. What cannot be answered comes again by itself.
func (r *RabbitMQ) batcher(topic string) batcher {
	return batcher{
		Open: func(d amqp.Delivery) ([]byte, map[string]string) { return d.Body, map[string]string{} },
		Answer: func(ctx context.Context, d amqp.Delivery, failed error) {
			if failed == nil {
				failed = d.Ack(false)
			} else if ctx.Err() == nil {
				time.AfterFunc(again, func() { _ = d.Nack(false, true) })
			}
			if failed != nil {
				r.log.Warnf("an event of %s will come again: %v", topic, failed)
			}
		},
	}
}
