package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Outlet is a Sender and how many of its sendings may run side by side.
type Outlet struct {
	Sender     Sender
	SideBySide int
}

// desk is where the messages of one channel wait for a free hand. Each channel
// has its own: a webhook that never answers holds up no mail.
type desk struct {
	Outlet
	queue chan job
	left  atomic.Bool // some of its messages were left in the store
}

// job is a message to send before the lease on it ends.
type job struct {
	told  Told
	until time.Time
}

// queueSize is how many leased messages wait for a hand at most; others stay
// due in the store.
const queueSize = 256

// lastCalls is how long messages are still sent after the end was called.
const lastCalls = 1500 * time.Millisecond

// settleTime is how long writing down the outcome may take, on a busy store too:
// what is not written down is sent again when its lease ends.
const settleTime = 5 * time.Second

// hold returns for each channel that has a component how long a lease on it
// lasts: zero, which is none, when its desk is full.
func (s *Service) hold() map[Channel]time.Duration {
	out := make(map[Channel]time.Duration, len(s.desks))
	for ch, d := range s.desks {
		if len(d.queue) < cap(d.queue)/2 {
			out[ch] = s.rules.Lease
		} else {
			out[ch] = 0
			d.left.Store(true)
		}
	}
	return out
}

// dispatch lays leased notices on their desks. One that finds no room there
// comes due again when its lease ends.
func (s *Service) dispatch(t Told, channels []Channel) {
	for _, ch := range channels {
		select {
		case s.desks[ch].queue <- job{told: t, until: t.notice(ch).Due}:
		default:
		}
	}
}

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
			s.send(sending, ch, d.Sender, j)
			continue
		default:
		}
		if d.left.Swap(false) {
			select {
			case s.empty <- struct{}{}:
			default:
			}
		}
		select {
		case j := <-d.queue:
			s.send(sending, ch, d.Sender, j)
		case <-ctx.Done():
			return
		}
	}
}

// send makes one attempt and says what came of it. A job that lay too long is
// left alone: another may take it any moment.
func (s *Service) send(ctx context.Context, ch Channel, out Sender, j job) {
	if ctx.Err() != nil || s.now().Add(s.rules.Timeout).After(j.until) {
		return
	}
	attempt, cancel := context.WithTimeout(ctx, s.rules.Timeout)
	reference, cause := deliver(attempt, out, j.told.message(ch))
	cancel()
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	now := s.now()
	t, err := s.store.Change(ctx, j.told.Key(), func(t Told) (Told, error) {
		if cause == nil {
			return t.sent(ch, reference, now)
		}
		return t.failed(ch, j.until, cause, now, s.rules.Pauses)
	})
	if isNothing(err) {
		return
	}
	if err != nil { // the lease will end and bring it back
		t, cause = j.told, errors.Join(cause, err)
	}
	s.observe(ctx, t.show(*t.notice(ch)), cause)
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
