package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	amqp "github.com/rabbitmq/amqp091-go"
)

// How long the broker's answer is awaited when the caller set no time.
const answerWait = 5 * time.Second

var errRefused = errors.New("the broker did not take it")

// publisher returns the channel for publishing.
func (r *RabbitMQ) publisher() (*amqp.Channel, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.channel != nil && !r.channel.IsClosed() {
		return r.channel, nil
	}
	ch, err := r.out.open()
	if err != nil {
		return nil, err
	}
	if err := ch.Confirm(false); err != nil {
		return nil, err
	}
	r.channel, r.declared = ch, map[string]bool{}
	return ch, nil
}

// exchange makes the topic's exchange, once for each connection; on a channel of its own, as a refusal closes it.
func (r *RabbitMQ) exchange(topic string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.declared[topic] {
		return nil
	}
	ch, err := r.out.open()
	if err != nil {
		return err
	}
	defer ch.Close()
	if err := declareExchange(ch, topic); err != nil {
		return err
	}
	r.declared[topic] = true
	return nil
}

// Publish sends one event and waits until the broker has it.
func (r *RabbitMQ) Publish(ctx context.Context, req *pubsub.PublishRequest) error {
	_, err := r.BulkPublish(ctx, &pubsub.BulkPublishRequest{Topic: req.Topic, Entries: []pubsub.BulkMessageEntry{{EntryId: "1", Event: req.Data}}})
	return err
}

// BulkPublish sends the events in the order given, then waits for all confirmations.
func (r *RabbitMQ) BulkPublish(ctx context.Context, req *pubsub.BulkPublishRequest) (pubsub.BulkPublishResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	var res pubsub.BulkPublishResponse
	ch, err := r.publisher()
	if err == nil {
		err = r.exchange(req.Topic)
	}
	if err != nil {
		return pubsub.NewBulkPublishResponse(req.Entries, err), err
	}
	answers, failed := make([]*amqp.DeferredConfirmation, len(req.Entries)), make([]error, len(req.Entries))
	for i, e := range req.Entries {
		answers[i], failed[i] = ch.PublishWithDeferredConfirmWithContext(ctx, req.Topic, "", false, false,
			amqp.Publishing{ContentType: "text/plain", DeliveryMode: amqp.Persistent, Body: e.Event})
	}
	for i, answer := range answers {
		if failed[i] == nil {
			taken, err := answer.WaitContext(ctx)
			if failed[i] = err; err == nil && !taken {
				failed[i] = errRefused
			}
		}
		if failed[i] != nil {
			res.FailedEntries = append(res.FailedEntries, pubsub.BulkPublishResponseFailedEntry{EntryId: req.Entries[i].EntryId, Error: failed[i]})
		}
	}
	if len(res.FailedEntries) == 0 {
		return res, nil
	}
	return res, fmt.Errorf("%d of %d events were not taken: %w", len(res.FailedEntries), len(req.Entries), res.FailedEntries[0].Error)
}
