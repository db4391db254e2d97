package ledger

import (
	"context"
	"time"

	"orderly/services/internal/event"
)

// run publishes until ctx ends.
func (r *relay) run(ctx context.Context) {
	if r.b.o.Publish == nil {
		return
	}
	for pause := time.Duration(0); ; {
		err := r.drain(ctx)
		ended := time.Now()
		if err != nil && ctx.Err() == nil {
			pause = min(2*pause+50*time.Millisecond, time.Second)
			r.b.o.Log.WarnContext(ctx, "outbox waits", "error", err.Error())
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			continue
		}
		pause = 0
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
			r.gather(ctx, ended)
		case <-time.After(time.Second):
		}
	}
}

// A publish costs every subscriber a round through its sidecar and its store, so
// publishes are apart: an event that comes alone leaves at once, the next ones
// wait and leave together, sooner when there are many.
const (
	fewApart  = 100 * time.Millisecond
	manyApart = 20 * time.Millisecond
	many      = 32
)

// gather waits until the next publish is due; the one before ended at last.
func (r *relay) gather(ctx context.Context, last time.Time) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		r.mu.Lock()
		waiting := len(r.queue)
		r.mu.Unlock()
		due := last.Add(fewApart)
		if waiting >= many {
			due = last.Add(manyApart)
		}
		wait := time.Until(due)
		if wait <= 0 || waiting >= r.b.o.limits().Published {
			return
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-r.wake:
		}
	}
}

// drain publishes all there is. What comes meanwhile it leaves to the next time,
// unless there is room beside what is older.
func (r *relay) drain(ctx context.Context) error {
	if r.b.o.Publish == nil {
		return nil
	}
	for head := r.b.Head(); r.b.Leads() && ctx.Err() == nil; {
		if err := r.reread(ctx); err != nil {
			return err
		}
		topic, events, begun := r.next(head)
		if len(events) == 0 {
			return nil
		}
		err := r.b.o.Publish(ctx, topic, events)
		r.ended(begun, len(events), err)
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// ended takes note of what became of a publish of n events. One that failed
// may have been more than the broker takes within the sidecar's time, and would
// fail for ever: the next one is half as many, and after one that went well a
// quarter more.
func (r *relay) ended(begun, n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.atMost = max(n/2, 1)
		return
	}
	if r.atMost > 0 {
		r.atMost += 1 + r.atMost/4
	}
	if begun == r.begun {
		r.queue = r.queue[n:]
	}
}

// next returns the next events that can be published together, if there are any of
// pages up to head: of one topic, and of each subject one only. Brokers do not keep
// the order inside a bulk publish, so the next event of a subject leaves after the
// one before was accepted.
func (r *relay) next(head int64) (topic string, events []event.Event, begun int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 || r.queue[0].page > head {
		return "", nil, r.begun
	}
	most := min(len(r.queue), r.b.o.limits().Published)
	if r.atMost > 0 {
		most = min(most, r.atMost)
	}
	subjects := make(map[string]bool, most)
	events = make([]event.Event, 0, most)
	for _, o := range r.queue {
		if len(events) == 0 {
			topic = o.news.Topic
		}
		if len(events) == most || o.news.Topic != topic || subjects[o.news.Event.Subject] {
			break
		}
		subjects[o.news.Event.Subject] = true
		events = append(events, o.news.Event)
	}
	return topic, events, r.begun
}

// reread hears of pages again that memory had no room for, until there is
// something to publish.
func (r *relay) reread(ctx context.Context) error {
	for head := r.b.Head(); ; {
		r.mu.Lock()
		next, empty := r.heard+1, len(r.queue) == 0
		r.mu.Unlock()
		if !empty || next > head {
			return nil
		}
		docs, err := r.b.o.Store.GetMany(ctx, []string{pageKey(next)})
		if err != nil {
			return err
		}
		p, err := openPage(r.b.o.Codec, next, docs[pageKey(next)])
		if err != nil {
			return err
		}
		r.hear(p)
	}
}
