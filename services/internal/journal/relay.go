package journal

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"orderly/services/internal/event"
)

// Relay is the outbox: it publishes the events of a list in the list's order,
// at least once, from where it last came to.
type Relay struct {
	Book    *Book
	List    string
	Publish func(ctx context.Context, topic string, events []event.Event) error
	Log     *slog.Logger
}

// relayBatch is how many entries are read at once.
const relayBatch = 100

// Run publishes until ctx ends. It wakes with each commit of this process, and
// every second for what others left.
func (r Relay) Run(ctx context.Context) {
	for {
		changed := r.Book.Changed()
		if err := r.Drain(ctx); err != nil && ctx.Err() == nil {
			r.Log.WarnContext(ctx, "outbox waits", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-time.After(time.Second):
		}
	}
}

// Drain publishes all there is and moves the cursor behind it.
func (r Relay) Drain(ctx context.Context) error {
	use := "publish:" + r.List
	pos, err := r.Book.Cursor(ctx, use)
	if err != nil {
		return err
	}
	for {
		entries, err := r.Book.Read(ctx, r.List, pos, relayBatch)
		if err != nil || len(entries) == 0 {
			return err
		}
		done, failed := r.publish(ctx, entries)
		if done > pos {
			pos = done
			if err := r.Book.MoveCursor(ctx, use, pos); err != nil {
				return errors.Join(failed, err)
			}
		}
		if failed != nil {
			return failed
		}
	}
}

// publish sends entries wave by wave and returns the position after the last
// that the broker accepted.
func (r Relay) publish(ctx context.Context, entries []Entry) (done int64, err error) {
	done = entries[0].Pos
	for _, w := range waves(entries) {
		if err := r.Publish(ctx, w.topic, w.events); err != nil {
			return done, err
		}
		done = w.end
	}
	return entries[len(entries)-1].Pos + 1, nil
}

type wave struct {
	topic  string
	events []event.Event
	end    int64 // position after its last entry
}

// waves cuts entries into publishes of one topic each, in which no subject
// comes twice: brokers do not keep the order inside a bulk publish, so the next
// event of a subject leaves only after the one before was accepted.
func waves(entries []Entry) []wave {
	var out []wave
	seen := map[string]bool{}
	for _, e := range entries {
		if e.Event == nil {
			continue
		}
		last := len(out) - 1
		if last < 0 || out[last].topic != e.Topic || seen[e.Event.Subject] {
			out = append(out, wave{topic: e.Topic})
			last++
			clear(seen)
		}
		seen[e.Event.Subject] = true
		out[last].events = append(out[last].events, *e.Event)
		out[last].end = e.Pos + 1
	}
	return out
}
