package jetstream

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/nats-io/nats.go"

	"orderly/dapr/runtime/daprd/delivery"
)

const (
	// After this long without a sign the broker delivers again: the sidecar is dead. A sidecar at work gives signs, so
	// this is no limit for the app.
	ackWait       = 10 * time.Second
	maxAckPending = 256
	// Batches of one topic under way at once.
	sideBySide = 8
)

type batcher = delivery.Batcher[*nats.Msg]

// Subscribe delivers events one by one, many at a time.
func (j *JetStream) Subscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.Handler) error {
	return j.read(ctx, req.Topic, func(b batcher) batcher {
		return b.Singly(req.Topic, cmp.Or(j.set.MaxAckPending, maxAckPending), handle)
	})
}

// BulkSubscribe delivers events in batches.
func (j *JetStream) BulkSubscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.BulkHandler) error {
	return j.read(ctx, req.Topic, func(b batcher) batcher { return b.Of(req, sideBySide, handle) })
}

// read feeds a batcher with the topic's events until ctx ends or the component is closed.
func (j *JetStream) read(ctx context.Context, topic string, how func(batcher) batcher) error {
	if j.ctx.Err() != nil {
		return errors.New("component is closed")
	}
	stream, err := j.js.StreamNameBySubject(topic)
	if err != nil {
		return err
	}
	consumer, err := j.consumer(stream, topic)
	if err != nil {
		return err
	}
	in := make(chan *nats.Msg, consumer.Config.MaxAckPending)
	sub, err := j.js.ChanQueueSubscribe(topic, consumer.Config.DeliverGroup, in, nats.Bind(stream, consumer.Name), nats.ManualAck())
	if err != nil {
		return err
	}
	b := how(newBatcher(j.conn, j.log, topic, consumer.Config.AckWait/3))
	ctx, cancel := context.WithCancel(ctx)
	stopped := context.AfterFunc(j.ctx, cancel)
	j.readers.Go(func() { j.trim(ctx, stream) })
	j.readers.Go(func() {
		defer cancel()
		defer stopped()
		var under sync.WaitGroup
		b.Run(ctx, in, &under)
		if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
			j.log.Warnf("unsubscribe from %s: %v", topic, err)
		}
		giveBack(j.conn, in)
		under.Wait()
	})
	return nil
}

// consumer makes the app's durable consumer of the stream, or brings it to our settings; all replicas share it.
func (j *JetStream) consumer(stream, topic string) (*nats.ConsumerInfo, error) {
	found, err := j.js.ConsumerInfo(stream, j.set.DurableName)
	subject := nats.NewInbox()
	switch {
	case err == nil:
		subject = found.Config.DeliverSubject
	case !errors.Is(err, nats.ErrConsumerNotFound):
		return nil, err
	}
	return j.js.UpdateConsumer(stream, &nats.ConsumerConfig{ // creates what is not there
		Durable:        j.set.DurableName,
		DeliverGroup:   j.set.QueueGroupName,
		DeliverSubject: subject,
		FilterSubject:  topic,
		AckPolicy:      nats.AckExplicitPolicy,
		AckWait:        cmp.Or(j.set.AckWait, ackWait),
		MaxAckPending:  cmp.Or(j.set.MaxAckPending, maxAckPending),
	})
}
