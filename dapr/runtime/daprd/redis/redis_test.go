package redis

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dapr/components-contrib/pubsub"
)

// fake is a component that hands over what is sent to it, by one worker.
type fake struct {
	pubsub.PubSub
	handle pubsub.Handler
}

func (f *fake) Subscribe(_ context.Context, _ pubsub.SubscribeRequest, h pubsub.Handler) error {
	f.handle = h
	return nil
}

func subscribe(t *testing.T, ctx context.Context, handle pubsub.BulkHandler) *fake {
	t.Helper()
	f := &fake{}
	req := pubsub.SubscribeRequest{Topic: "orders", BulkSubscribeConfig: pubsub.BulkSubscribeConfig{MaxMessagesCount: 10, MaxAwaitDurationMs: 5}}
	if err := (&streams{PubSub: f}).BulkSubscribe(ctx, req, handle); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAWorkerIsToldWhatBecameOfItsEvent(t *testing.T) {
	refused := errors.New("refused")
	f := subscribe(t, t.Context(), func(_ context.Context, m *pubsub.BulkMessage) (out []pubsub.BulkSubscribeResponseEntry, err error) {
		for _, e := range m.Entries {
			if string(e.Event) == "bad" {
				out, err = append(out, pubsub.BulkSubscribeResponseEntry{EntryId: e.EntryId, Error: refused}), refused
			} else {
				out = append(out, pubsub.BulkSubscribeResponseEntry{EntryId: e.EntryId})
			}
		}
		return out, err
	})
	if err := f.handle(t.Context(), &pubsub.NewMessage{Data: []byte("good")}); err != nil {
		t.Error(err)
	}
	if err := f.handle(t.Context(), &pubsub.NewMessage{Data: []byte("bad")}); !errors.Is(err, refused) {
		t.Error(err)
	}
}

// The runtime's own batches kept the worker for ever.
func TestTheEndOfASubscriptionFreesItsWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := subscribe(t, ctx, func(ctx context.Context, _ *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
			<-ctx.Done() // an app that never answers
			return nil, ctx.Err()
		})
		freed := make(chan error)
		go func() { freed <- f.handle(t.Context(), &pubsub.NewMessage{}) }()
		synctest.Wait()
		cancel()
		began := time.Now()
		if err := <-freed; err == nil {
			t.Error("an event that nobody handled was acknowledged")
		}
		if err := f.handle(t.Context(), &pubsub.NewMessage{}); !errors.Is(err, context.Canceled) {
			t.Errorf("afterwards a worker got %v", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("freed after %s", took)
		}
	})
}

// noted is a component that notes how it was begun and what was published.
type noted struct {
	pubsub.PubSub
	properties map[string]string
	topics     []string
}

func (n *noted) Init(_ context.Context, meta pubsub.Metadata) error {
	n.properties = meta.Properties
	return nil
}

func (n *noted) Publish(_ context.Context, req *pubsub.PublishRequest) error {
	n.topics = append(n.topics, req.Topic)
	return nil
}

// Probes are kept by a component of their own, which bounds its stream; events are not bounded.
func TestProbesDoNotPileUp(t *testing.T) {
	events, probes := &noted{}, &noted{}
	s := &streams{PubSub: events, probes: probes}
	var meta pubsub.Metadata
	meta.Properties = map[string]string{"redisHost": "h"}
	if err := s.Init(t.Context(), meta); err != nil {
		t.Fatal(err)
	}
	for _, topic := range []string{"orders", "health"} {
		if err := s.Publish(t.Context(), &pubsub.PublishRequest{Topic: topic}); err != nil {
			t.Fatal(err)
		}
	}
	if len(events.properties) != 1 || events.topics[0] != "orders" {
		t.Errorf("events: %+v", events)
	}
	if probes.properties["redisHost"] != "h" || probes.properties["maxLenApprox"] != "100" || probes.topics[0] != "health" {
		t.Errorf("probes: %+v", probes)
	}
}
