// Package delivery hands the messages of a topic to an app in batches, several of them side by side, so that one that is
// being retried does not hold up the rest, and answers for each message when the app has.
package delivery

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/dapr/components-contrib/pubsub"
)

// Batcher does so for messages of type M.
type Batcher[M any] struct {
	Topic  string
	Max    int           // messages in a batch
	Wait   time.Duration // how long the first of a batch waits for others
	Lanes  int           // batches under way at once
	Handle pubsub.BulkHandler

	Open func(M) (data []byte, metadata map[string]string)
	// Answer tells the broker what became of a message. When ctx has ended a failure is not the message's fault.
	Answer func(ctx context.Context, m M, failed error)
	// Alive tells the broker that a batch is still under way, each time Every has passed; nil for one that does not ask.
	Alive func([]M)
	Every time.Duration
}

// Grace is how long what an app is still handling when a subscription ends may take to finish.
const Grace = 2 * time.Second

// Of sets what the runtime asked for: batches, or one by one when it set no bulk handler.
func (b Batcher[M]) Of(req pubsub.SubscribeRequest, lanes int, handle pubsub.BulkHandler) Batcher[M] {
	b.Topic, b.Lanes, b.Handle = req.Topic, lanes, handle
	b.Max = req.BulkSubscribeConfig.MaxMessagesCount
	if b.Max == 0 {
		b.Max = 100
	}
	b.Wait = time.Duration(req.BulkSubscribeConfig.MaxAwaitDurationMs) * time.Millisecond
	return b
}

// Singly delivers message by message, as many at a time as there are lanes.
func (b Batcher[M]) Singly(topic string, lanes int, handle pubsub.Handler) Batcher[M] {
	b.Topic, b.Lanes, b.Max = topic, lanes, 1
	b.Handle = func(ctx context.Context, m *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
		e := m.Entries[0]
		return nil, handle(ctx, &pubsub.NewMessage{Data: e.Event, Topic: m.Topic, Metadata: e.Metadata})
	}
	return b
}

// Run begins batches until ctx ends; under counts those that have not been answered for.
func (b Batcher[M]) Run(ctx context.Context, in <-chan M, under *sync.WaitGroup) {
	// The handler's time ends a little after ours, so that what is nearly done can be done.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, func() { time.AfterFunc(Grace, stop) })()
	lanes := make(chan struct{}, b.Lanes)
	for {
		select {
		case <-ctx.Done():
			return
		case lanes <- struct{}{}:
		}
		batch := b.gather(ctx, in)
		if len(batch) == 0 {
			return
		}
		under.Go(func() {
			defer func() { <-lanes }()
			b.Deliver(work, batch)
		})
	}
}

// gather returns the next batch, nothing when ctx has ended.
func (b Batcher[M]) gather(ctx context.Context, in <-chan M) (batch []M) {
	select {
	case <-ctx.Done():
		return nil
	case m := <-in:
		batch = append(batch, m)
	}
	full := time.NewTimer(b.Wait)
	defer full.Stop()
	for len(batch) < b.Max {
		select {
		case m := <-in:
			batch = append(batch, m)
		case <-full.C:
			return batch
		case <-ctx.Done():
			return batch
		}
	}
	return batch
}

// Deliver hands over one batch and answers for each of its messages.
func (b Batcher[M]) Deliver(ctx context.Context, batch []M) {
	if b.Alive != nil {
		done := make(chan struct{})
		defer close(done)
		go b.keepAlive(batch, done)
	}
	msg := pubsub.BulkMessage{Topic: b.Topic, Metadata: map[string]string{}}
	for i, m := range batch {
		data, metadata := b.Open(m)
		msg.Entries = append(msg.Entries, pubsub.BulkMessageEntry{EntryId: strconv.Itoa(i + 1), Event: data, Metadata: metadata})
	}
	results, err := b.Handle(ctx, &msg)
	failed := make([]error, len(batch))
	for i := range failed {
		failed[i] = err
	}
	for _, r := range results {
		if n, bad := strconv.Atoi(r.EntryId); bad == nil && n >= 1 && n <= len(batch) {
			failed[n-1] = r.Error
		}
	}
	for i, m := range batch {
		b.Answer(ctx, m, failed[i])
	}
}

func (b Batcher[M]) keepAlive(batch []M, done <-chan struct{}) {
	t := time.NewTicker(b.Every)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			b.Alive(batch)
		}
	}
}
