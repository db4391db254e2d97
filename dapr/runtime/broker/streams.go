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
// Topic health is of probes: services publish to it to see that the broker takes events, and nobody subscribes.
var topics = []string{"orders", "orders.deadletter", "stock", "stock.deadletter", health}

const health = "health"

// ensureStreams makes each topic's stream on a server, or brings an older one to these settings.
func ensureStreams(url string, how ...nats.Option) error {
	conn, err := nats.Connect(url, how...)
	if err != nil {
		return err
	}
	defer conn.Close()
	js, err := conn.JetStream()
	if err != nil {
		return err
	}
	for _, topic := range topics {
		config := stream(topic)
		_, err := js.UpdateStream(&config)
		if errors.Is(err, nats.ErrStreamNotFound) {
			_, err = js.AddStream(&config)
		}
		if err != nil {
			return fmt.Errorf("stream of topic %s: %w", topic, err)
		}
	}
	return nil
}

func stream(topic string) nats.StreamConfig {
	if topic == health {
		return nats.StreamConfig{Name: topic, Subjects: []string{topic}, Storage: nats.FileStorage, Replicas: 1, MaxMsgs: 1}
	}
	return nats.StreamConfig{
		Name:     strings.ReplaceAll(topic, ".", "_"), // a stream's name may have no dot
		Subjects: []string{topic},
		Storage:  nats.FileStorage,
		Replicas: 1,
		// Kept for a week, read or not, so that an app that subscribes later can read back; one that was away for
		// longer has lost events. There is no limit by size, which would drop what nobody has read yet: when the
		// disk is three quarters full the broker refuses new events, and their publishers keep them and try again.
		Retention: nats.LimitsPolicy,
		MaxAge:    7 * 24 * time.Hour,
		// Not the usual two minutes: a replayed dead letter and an event sent again carry the id of the first one,
		// and the broker would take them, answer OK and throw them away. Consumers know duplicates by id.
		Duplicates: 100 * time.Millisecond,
	}
}
