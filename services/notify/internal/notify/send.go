package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// lastCalls is how long messages are still sent after the end was called.
const lastCalls = 1500 * time.Millisecond

// settleTime is how long writing down the outcome may take, on a busy store too:
// what is not written down is sent again when its lease ends.
const settleTime = 5 * time.Second

// Run sends until ctx ends, and for a moment longer what was already taken.
func (s *Service) Run(ctx context.Context) {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(lastCalls, stop) })
	var wg sync.WaitGroup
	for ch, d := range s.desks {
		for range d.SideBySide {
			wg.Go(func() { s.work(ctx, sending, ch, d) })
		}
	}
	wg.Go(func() { s.fetch(ctx) })
	wg.Wait()
}

// fetch takes what is due whenever a desk has worked off half of its queue and left
// something in the store: it need not wait for the next tick.
func (s *Service) fetch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.empty:
			s.taking.Lock()  // whoever holds it may have looked before there was room
			_ = s.retry(ctx) // the tick will say what is wrong
			s.taking.Unlock()
		}
	}
}

func (s *Service) work(ctx, sending context.Context, ch Channel, d *desk) {
	for {
		if d.left.Load() && len(d.waited.queue) <= queueSize/2 && d.left.Swap(false) {
			s.ask()
		}
		j := d.next(ctx)
		if j == nil {
			return
		}
		for j != nil { // the next message of an order follows at once
			j = s.send(sending, ch, d, j)
		}
	}
}

// next is the next job of a desk, of either lane; nil when ctx has ended and none is
// left.
func (d *desk) next(ctx context.Context) *job {
	select {
	case j := <-d.fresh.queue:
		return j
	case j := <-d.waited.queue:
		return j
	case <-ctx.Done():
	}
	select {
	case j := <-d.fresh.queue:
		return j
	case j := <-d.waited.queue:
		return j
	default:
		return nil
	}
}

// send makes one attempt and says what came of it. A job that lay too long is
// left alone: another may take it any moment. So is one whose channel was switched
// off: its lease will end, see Retry. It returns the next message of the same order,
// when that has waited for this one.
func (s *Service) send(ctx context.Context, ch Channel, d *desk, j *job) (next *job) {
	defer j.release()
	done := d.take()
	rules := s.rules()
	if ctx.Err() != nil || rules.off(ch) || s.now().Add(rules.Timeout).After(j.until) {
		done()
		return nil
	}
	attempt, cancel := context.WithTimeout(ctx, rules.Timeout)
	reference, cause := deliver(attempt, d.Sender, j.told.message(ch))
	cancel()
	done() // the next is sent while this is written down
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	now, lease := s.now(), map[Channel]time.Duration{ch: rules.Lease}
	a := s.store.Change(ctx, []ToldKey{j.told.Key()}, func(story Story, event string) (Story, []Told, error) {
		w := &turns{story: story, now: now, lease: lease, rules: rules}
		if cause == nil {
			return w.sent(event, ch, reference)
		}
		return w.failed(event, ch, j.until, cause)
	})[0]
	if isNothing(a.Err) {
		return nil
	}
	if a.Err != nil { // the lease will end and bring it back
		a.Told, a.Also, cause = j.told, nil, errors.Join(cause, a.Err)
	}
	s.observe(ctx, a.Told.show(*a.Told.notice(ch)), cause)
	for _, t := range a.Also {
		for _, n := range t.suppressedAt(now) {
			s.observe(ctx, n, nil)
		}
		if len(t.leased(now, lease)) > 0 {
			next = s.job(t, ch)
		}
	}
	return next
}

// deliver turns a panic into an error: one bad message must not end them all.
func deliver(ctx context.Context, out Sender, m Message) (reference string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return out.Send(ctx, m)
}

func (t Told) message(ch Channel) Message {
	return Message{ID: t.NoticeID(ch), To: t.notice(ch).To, Locale: t.f.Locale, Event: t.Event(), Late: t.notice(ch).Late}
}

func isNothing(err error) bool { return errors.Is(err, ErrNothingToDo) }

func unlessNothing(err error) error {
	if isNothing(err) {
		return nil
	}
	return err
}
