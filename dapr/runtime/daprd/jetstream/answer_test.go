package jetstream

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	"github.com/nats-io/nats.go"
)

// broker remembers the last word about each event.
type broker struct {
	mu    sync.Mutex
	words map[string]string
	heard chan struct{}
}

func (b *broker) Publish(event string, word []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.words[event] = string(word)
	b.heard <- struct{}{}
	return nil
}

func batching(handle pubsub.BulkHandler) (batcher, *broker) {
	conn := &broker{words: map[string]string{}, heard: make(chan struct{}, 1000)}
	b := newBatcher(conn, logger.NewLogger("test"), "orders", time.Hour)
	b.Topic, b.Max, b.Lanes, b.Handle = "orders", 10, 2, handle
	return b, conn
}

func events(n int) (all []*nats.Msg) {
	for i := range n {
		all = append(all, &nats.Msg{Reply: strconv.Itoa(i + 1), Data: []byte("{}")})
	}
	return all
}

func TestEachEventGetsItsOwnAnswer(t *testing.T) {
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		results []pubsub.BulkSubscribeResponseEntry
		err     error
		want    map[string]string
	}{
		"all went well":               {want: map[string]string{"1": ack, "2": ack}},
		"nothing is known but a fail": {err: refused, want: map[string]string{"1": nakDelayed, "2": nakDelayed}},
		"one failed": {
			results: []pubsub.BulkSubscribeResponseEntry{{EntryId: "2", Error: refused}, {EntryId: "1"}},
			err:     refused, want: map[string]string{"1": ack, "2": nakDelayed},
		},
		"one failed and the runtime forgot to say so": {
			results: []pubsub.BulkSubscribeResponseEntry{{EntryId: "1", Error: refused}},
			want:    map[string]string{"1": nakDelayed, "2": ack},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, broker := batching(func(context.Context, *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
				return c.results, c.err
			})
			b.Deliver(t.Context(), events(2))
			if !reflect.DeepEqual(broker.words, c.want) {
				t.Errorf("the broker heard %v, want %v", broker.words, c.want)
			}
		})
	}
}

func TestNoEventIsAcknowledgedBeforeItIsHandled(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	b, broker := batching(func(context.Context, *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
		close(begun)
		<-finish
		return nil, nil
	})
	in := make(chan *nats.Msg, 1)
	in <- events(1)[0]
	ctx, cancel := context.WithCancel(t.Context())
	var under sync.WaitGroup
	go func() { <-begun; cancel(); close(finish) }()
	b.Run(ctx, in, &under)
	under.Wait()
	if broker.words["1"] != ack {
		t.Errorf("the end of the subscription took the answer away: %v", broker.words)
	}
}

func TestASlowBatchSaysThatItIsAlive(t *testing.T) {
	var b batcher
	var heard *broker
	b, heard = batching(func(context.Context, *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
		<-heard.heard
		heard.mu.Lock()
		defer heard.mu.Unlock()
		if heard.words["1"] != working {
			t.Errorf("the broker heard %q", heard.words["1"])
		}
		return nil, nil
	})
	b.Every = time.Millisecond
	b.Deliver(t.Context(), events(1))
}

func TestWhatWasNotBegunIsGivenBack(t *testing.T) {
	_, broker := batching(nil)
	in := make(chan *nats.Msg, 2)
	for _, m := range events(2) {
		in <- m
	}
	giveBack(broker, in)
	if want := map[string]string{"1": nak, "2": nak}; !reflect.DeepEqual(broker.words, want) {
		t.Errorf("the broker heard %v, want %v", broker.words, want)
	}
}

func TestOneBatchBeingRetriedDoesNotHoldUpTheNext(t *testing.T) {
	stuck := make(chan struct{})
	b, broker := batching(func(_ context.Context, m *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
		if string(m.Entries[0].Event) == "poison" {
			<-stuck
		}
		return nil, nil
	})
	b.Max = 1
	all := events(2)
	all[0].Data = []byte("poison")
	in := make(chan *nats.Msg, 2)
	in <- all[0]
	in <- all[1]
	ctx, cancel := context.WithCancel(t.Context())
	var under sync.WaitGroup
	done := make(chan struct{})
	go func() { b.Run(ctx, in, &under); under.Wait(); close(done) }()
	<-broker.heard // the second's answer, while the first is stuck
	close(stuck)
	cancel()
	<-done
	if want := map[string]string{"1": ack, "2": ack}; !reflect.DeepEqual(broker.words, want) {
		t.Errorf("the broker heard %v, want %v", broker.words, want)
	}
}
