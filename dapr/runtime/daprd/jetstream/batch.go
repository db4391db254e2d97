package jetstream

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	"github.com/nats-io/nats.go"
)

// batcher hands events to handle in batches and answers the broker for each.
type batcher struct {
	topic  string
	max    int           // events in a batch
	wait   time.Duration // how long the first of a batch waits for others
	lanes  int           // batches under way at once
	sign   time.Duration // how often the broker hears that a batch is still under way
	handle pubsub.BulkHandler
	log    logger.Logger
	conn   publisher
}

type publisher interface {
	Publish(subject string, data []byte) error
}

// The client's own Ack refuses to work once its subscription has ended, which is when the last answers are due.
const (
	ack        = "+ACK"
	nak        = "-NAK"
	nakDelayed = `-NAK {"delay": 1000000000}` // again in a second
	working    = "+WPI"
)

// run begins batches until ctx ends; under counts those that have not been answered for.
func (b batcher) run(ctx context.Context, in <-chan *nats.Msg, under *sync.WaitGroup) {
	// The handler's time ends a little after ours, so that what is nearly done can be done.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, stop) })()
	lanes := make(chan struct{}, b.lanes)
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
			b.deliver(work, batch)
		})
	}
}

// gather returns the next batch, nothing when ctx has ended.
func (b batcher) gather(ctx context.Context, in <-chan *nats.Msg) (batch []*nats.Msg) {
	select {
	case <-ctx.Done():
		return nil
	case m := <-in:
		batch = append(batch, m)
	}
	full := time.NewTimer(b.wait)
	defer full.Stop()
	for len(batch) < b.max {
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

func (b batcher) deliver(ctx context.Context, batch []*nats.Msg) {
	done := make(chan struct{})
	defer close(done)
	go b.keepSigning(batch, done)
	msg := pubsub.BulkMessage{Topic: b.topic, Metadata: map[string]string{}}
	for i, m := range batch {
		msg.Entries = append(msg.Entries, pubsub.BulkMessageEntry{
			EntryId: strconv.Itoa(i + 1), Event: m.Data, Metadata: map[string]string{"Topic": m.Subject},
		})
	}
	results, err := b.handle(ctx, &msg)
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
		b.answer(ctx, m, failed[i])
	}
}

func (b batcher) answer(ctx context.Context, m *nats.Msg, failed error) {
	word := ack
	switch {
	case failed != nil && ctx.Err() != nil: // not the event's fault
		word = nak
	case failed != nil:
		b.log.Warnf("an event of %s will come again: %v", b.topic, failed)
		word = nakDelayed
	}
	if err := b.conn.Publish(m.Reply, []byte(word)); err != nil {
		b.log.Warnf("an event of %s will come again: its answer did not reach the broker: %v", b.topic, err)
	}
}

func (b batcher) keepSigning(batch []*nats.Msg, done <-chan struct{}) {
	t := time.NewTicker(b.sign)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			for _, m := range batch {
				_ = b.conn.Publish(m.Reply, []byte(working)) // without a broker there is nobody to tell
			}
		}
	}
}

// giveBack returns what was received and not begun, at once.
func (b batcher) giveBack(in <-chan *nats.Msg) {
	for {
		select {
		case m := <-in:
			_ = b.conn.Publish(m.Reply, []byte(nak)) // unheard, the event comes again all the same, later
		default:
			return
		}
	}
}
