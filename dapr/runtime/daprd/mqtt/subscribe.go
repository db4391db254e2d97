package mqtt

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	paho "github.com/eclipse/paho.mqtt.golang"

	"orderly/dapr/runtime/daprd/delivery"
)

const (
	// Batches of one topic under way at once.
	sideBySide = 8
	// Single events of one topic under way at once.
	singles = 256
	// An event that failed is tried again after this time.
	again = time.Second
	// Messages have numbers of 16 bits: no broker sends more before one is acknowledged.
	mostUnanswered = 1 << 16
)

type batcher = delivery.Batcher[paho.Message]

// Subscribe delivers events one by one, many at a time.
func (m *MQTT) Subscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.Handler) error {
	return m.read(ctx, req.Topic, func(b batcher) batcher { return b.Singly(req.Topic, singles, handle) })
}

// BulkSubscribe delivers events in batches.
func (m *MQTT) BulkSubscribe(ctx context.Context, req pubsub.SubscribeRequest, handle pubsub.BulkHandler) error {
	return m.read(ctx, req.Topic, func(b batcher) batcher { return b.Of(req, sideBySide, handle) })
}

// read feeds a batcher with the topic's events until ctx ends or the component is closed. Then the connection ends, and
// the broker keeps in its session what was not acknowledged.
func (m *MQTT) read(ctx context.Context, topic string, how func(batcher) batcher) error {
	if m.ctx.Err() != nil {
		return errors.New("component is closed")
	}
	in := make(chan paho.Message, mostUnanswered)
	conn, err := m.listen(ctx, topic, in)
	if err != nil {
		return err
	}
	b := how(m.batcher(topic, in))
	ctx, cancel := context.WithCancel(ctx)
	stopped := context.AfterFunc(m.ctx, cancel)
	m.readers.Go(func() {
		defer cancel()
		defer stopped()
		var under sync.WaitGroup
		b.Run(ctx, in, &under)
		under.Wait()
		conn.Disconnect(quiesce)
	})
	return nil
}

// listen connects to the app's session of the topic and subscribes. What the broker kept may come before it has answered
// that: all that comes goes into in, which has room for it.
func (m *MQTT) listen(ctx context.Context, topic string, in chan<- paho.Message) (paho.Client, error) {
	options, err := m.options(m.set.ConsumerID + "." + topic)
	if err != nil {
		return nil, err
	}
	options.SetCleanSession(false).SetAutoAckDisabled(true)
	options.SetDefaultPublishHandler(func(_ paho.Client, msg paho.Message) { in <- msg })
	options.OnConnect = func(c paho.Client) {
		if answer := c.Subscribe(topic, atLeastOnce, nil); answer.WaitTimeout(answerWait) && answer.Error() != nil {
			m.log.Errorf("subscribe to %s: %v", topic, answer.Error())
		}
	}
	conn := paho.NewClient(options)
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	err = await(ctx, conn.Connect())
	if err == nil {
		err = await(ctx, conn.Subscribe(topic, atLeastOnce, nil))
	}
	if err != nil {
		conn.Disconnect(0)
		return nil, err
	}
	return conn, nil
}

// batcher returns how messages are answered for. MQTT has no word for a failure.
func (m *MQTT) batcher(topic string, in chan paho.Message) batcher {
	return batcher{
		Open: func(msg paho.Message) ([]byte, map[string]string) { return msg.Payload(), map[string]string{} },
		Answer: func(ctx context.Context, msg paho.Message, failed error) {
			switch {
			case failed == nil:
				msg.Ack()
			case ctx.Err() == nil:
				m.log.Warnf("an event of %s will come again: %v", topic, failed)
				time.AfterFunc(again, func() {
					select {
					case in <- msg:
					default: // after the next connection, then
					}
				})
			}
		},
	}
}
