package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// topics is every topic of the system. Each has a stream of its own: one durable consumer name per app then serves
// all its topics, and a dead letter, which carries the id of its event, is no duplicate of it.
// Topic deadletters tells what operators did with dead letters. Topic health is of probes: services publish to it to see
// that the broker takes events, and nobody subscribes.
var topics = []string{"orders", "orders.deadletter", "stock", "stock.deadletter", "deadletters", health}

const health = "health"

// ensureStreams makes each topic's stream on a server, or brings an older one to these settings.
func ensureStreams(url string, topicBytes int64, how ...nats.Option) error {
	conn, err := nats.Connect(url, how...)
	if err != nil {
		return err
	}
	defer conn.Close()
	js, err := conn.JetStream()
	if err != nil {
		return err
	}
	// The server sets all limits aside, and refuses where it has less: a small disk gets smaller ones.
	for bytes := topicBytes; ; bytes /= 2 {
		err := ensureAll(js, bytes)
		if !insufficient(err) || bytes/2 < leastBytes {
			return err
		}
		fmt.Printf("the disk has no room for topics of %d MiB: half of it is taken\n", bytes>>20)
	}
}

// leastBytes is the smallest limit of a topic.
const leastBytes = 1 << 20

func ensureAll(js nats.JetStreamContext, topicBytes int64) error {
	for _, topic := range topics {
		config := stream(topic, topicBytes)
		_, err := js.UpdateStream(&config)
		if errors.Is(err, nats.ErrStreamNotFound) {
			_, err = js.AddStream(&config)
		}
		if insufficient(err) { // a stream that has a limit keeps it when the disk has filled meanwhile
			if there, unknown := js.StreamInfo(config.Name); unknown == nil && (there.Config.MaxBytes > 0 || topic == health) {
				continue
			}
		}
		if err != nil {
			return fmt.Errorf("stream of topic %s: %w", topic, err)
		}
	}
	return nil
}

func insufficient(err error) bool {
	refused := new(nats.APIError)
	return errors.As(err, &refused) && refused.ErrorCode == insufficientStorage
}

// insufficientStorage is the server's JSStorageResourcesExceededErr.
const insufficientStorage = 10047

// stream is how a topic is kept; bytes is the limit of one with events. Dead letters, and what is told of them, have a
// sixteenth.
func stream(topic string, bytes int64) nats.StreamConfig {
	if topic == health {
		return nats.StreamConfig{Name: topic, Subjects: []string{topic}, Storage: nats.FileStorage, Replicas: 1, MaxMsgs: 1}
	}
	if strings.Contains(topic, "deadletter") {
		bytes = max(bytes/16, leastBytes)
	}
	return nats.StreamConfig{
		Name:     strings.ReplaceAll(topic, ".", "_"), // a stream's name may have no dot
		Subjects: []string{topic},
		Storage:  nats.FileStorage,
		Replicas: 1,
		// Kept for a week, read or not, so that an app that subscribes later can read back; one that was away for
		// longer has lost events.
		Retention: nats.LimitsPolicy,
		MaxAge:    7 * 24 * time.Hour,
		// A full stream refuses new events, and their publishers keep them and try again. (DiscardOld would drop what
		// an app has not read yet.) The sidecars that read drop what all have acknowledged when it is half full, so that
		// only an app that is away, or was and will not come again, fills one: remove the consumer of such an app.
		MaxBytes: bytes,
		Discard:  nats.DiscardNew,
		// Not the usual two minutes: a replayed dead letter and an event sent again carry the id of the first one,
		// and the broker would take them, answer OK and throw them away. Consumers know duplicates by id.
		Duplicates: 100 * time.Millisecond,
	}
}
