package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/nats-io/nats.go"
)

// How long the broker's answer is awaited when the caller set no time.
const answerWait = 5 * time.Second

// Publish sends one event and waits until the broker has it.
//
// It sends no Nats-Msg-Id: two apps that dead-letter the same event at the same moment are two dead letters, and the
// broker would drop the second. Receivers know a repeated event by its CloudEvent id.
func (j *JetStream) Publish(ctx context.Context, req *pubsub.PublishRequest) error {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	_, err := j.js.Publish(req.Topic, req.Data, nats.Context(ctx))
	return err
}

// BulkPublish sends the events in the order given, then waits for all answers.
func (j *JetStream) BulkPublish(ctx context.Context, req *pubsub.BulkPublishRequest) (pubsub.BulkPublishResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	var res pubsub.BulkPublishResponse
	failed := func(id string, err error) {
		res.FailedEntries = append(res.FailedEntries, pubsub.BulkPublishResponseFailedEntry{EntryId: id, Error: err})
	}
	answers := make([]nats.PubAckFuture, len(req.Entries))
	for i, e := range req.Entries {
		var err error
		if answers[i], err = j.js.PublishAsync(req.Topic, e.Event); err != nil {
			failed(e.EntryId, err)
		}
	}
	for i, a := range answers {
		if a == nil {
			continue
		}
		select {
		case <-a.Ok():
		case err := <-a.Err():
			failed(req.Entries[i].EntryId, err)
		case <-ctx.Done():
			failed(req.Entries[i].EntryId, ctx.Err())
		}
	}
	if len(res.FailedEntries) == 0 {
		return res, nil
	}
	first := res.FailedEntries[0].Error
	return res, errors.Join(fmt.Errorf("%d of %d events were not taken", len(res.FailedEntries), len(req.Entries)), first)
}
