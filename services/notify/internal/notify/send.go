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

// fetch takes what is due whenever a desk has worked off its queue and left
// something in the store: it need not wait for the next tick.
func (s *Service) fetch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.empty:
			_ = s.Retry(ctx) // the tick will say what is wrong
		}
	}
}

func (s *Service) work(ctx, sending context.Context, ch Channel, d *desk) {
	for {
		select {
		case j := <-d.queue:
			s.send(sending, ch, d, j)
			continue
		default:
		}
		if d.left.Swap(false) {
			s.ask()
		}
		select {
		case j := <-d.queue:
			s.send(sending, ch, d, j)
		case <-ctx.Done():
			return
		}
	}
}

// send makes one attempt and says what came of it. A job that lay too long is
// left alone: another may take it any moment. So is one whose channel was switched
// off: its lease will end, see Retry.
func (s *Service) send(ctx context.Context, ch Channel, d *desk, j *job) {
	done := d.take()
	rules := s.rules()
	if ctx.Err() != nil || rules.off(ch) || s.now().Add(rules.Timeout).After(j.until) {
		done()
		return
	}
	attempt, cancel := context.WithTimeout(ctx, rules.Timeout)
	reference, cause := deliver(attempt, d.Sender, j.told.message(ch))
	cancel()
	done() // the next is sent while this is written down
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	now := s.now()
	a := s.store.Change(ctx, []ToldKey{j.told.Key()}, func(t Told) (Told, error) {
		if cause == nil {
			return t.sent(ch, reference, now)
		}
		return t.failed(ch, j.until, cause, now, rules.Pauses)
	})[0]
	if isNothing(a.Err) {
		return
	}
	if a.Err != nil { // the lease will end and bring it back
		a.Told, cause = j.told, errors.Join(cause, a.Err)
	}
	s.observe(ctx, a.Told.show(*a.Told.notice(ch)), cause)
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
	return Message{ID: t.NoticeID(ch), To: t.notice(ch).To, Locale: t.f.Locale, Event: t.Event()}
}

func isNothing(err error) bool { return errors.Is(err, ErrNothingToDo) }
