package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// topics is every topic of the system. Each has a stream of its own: one durable consumer name per app then serves
// all its topics, and a dead letter, which carries the id of its event, is no duplicate of it.
var topics = []string{"orders", "orders.deadletter", "stock", "stock.deadletter"}

// ensureStreams makes each topic's stream, or brings an older one to these settings.
func ensureStreams(ns *server.Server) error {
	account := ns.GlobalAccount()
	for _, topic := range topics {
		config := stream(topic)
		existing, err := account.LookupStream(config.Name)
		if err == nil {
			err = existing.Update(&config)
		} else {
			_, err = account.AddStream(&config)
		}
		if err != nil {
			return fmt.Errorf("stream of topic %s: %w", topic, err)
		}
	}
	return nil
}

func stream(topic string) server.StreamConfig {
	return server.StreamConfig{
		Name:     strings.ReplaceAll(topic, ".", "_"), // a stream's name may have no dot
		Subjects: []string{topic},
		Storage:  server.FileStorage,
		Replicas: 1,
		// Kept for a week whether read or not, so that a consumer added later can read back. A consumer that was
		// away longer than that has lost events.
		Retention: server.LimitsPolicy,
		MaxAge:    7 * 24 * time.Hour,
		// A full stream refuses new events, which their publisher keeps and sends again, instead of dropping old
		// ones that somebody may not have read yet.
		MaxBytes: 8 << 30,
		Discard:  server.DiscardNew,
		// Not the usual two minutes: a replayed dead letter and an event sent again carry the id of the first one,
		// and the broker would take them, answer OK and throw them away. Consumers know duplicates by id.
		Duplicates: 100 * time.Millisecond,
	}
}
