package mqtt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	// How long the broker's answer is awaited when the caller set no time.
	answerWait = 5 * time.Second
	// How long a connection may take to end, in milliseconds.
	quiesce = 250
	// Quality of service: delivered at least once.
	atLeastOnce = 1
)

var errAway = errors.New("the broker is away")

// Publish sends one event and waits until the broker has it.
func (m *MQTT) Publish(ctx context.Context, req *pubsub.PublishRequest) error {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	if !m.out.IsConnectionOpen() {
		return errAway // the client would keep it until the broker is back
	}
	return await(ctx, m.out.Publish(req.Topic, atLeastOnce, false, req.Data))
}

// BulkPublish sends the events in the order given, then waits for all answers.
func (m *MQTT) BulkPublish(ctx context.Context, req *pubsub.BulkPublishRequest) (pubsub.BulkPublishResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	var res pubsub.BulkPublishResponse
	answers := make([]paho.Token, len(req.Entries))
	for i, e := range req.Entries {
		if m.out.IsConnectionOpen() {
			answers[i] = m.out.Publish(req.Topic, atLeastOnce, false, e.Event)
		}
	}
	for i, answer := range answers {
		err := errAway
		if answer != nil {
			err = await(ctx, answer)
		}
		if err != nil {
			res.FailedEntries = append(res.FailedEntries, pubsub.BulkPublishResponseFailedEntry{EntryId: req.Entries[i].EntryId, Error: err})
		}
	}
	if len(res.FailedEntries) == 0 {
		return res, nil
	}
	first := res.FailedEntries[0].Error
	return res, errors.Join(fmt.Errorf("%d of %d events were not taken", len(res.FailedEntries), len(req.Entries)), first)
}
