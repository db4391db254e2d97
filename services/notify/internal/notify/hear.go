package notify

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Hear makes of e what there is to tell, once. When it returns nil, that is
// kept, whatever sending brings.
func (s *Service) Hear(ctx context.Context, e Event) error {
	return s.HearAll(ctx, []Heard{{ctx, e}})[0]
}

// HearAll is Hear for events that came together, answered in their order.
func (s *Service) HearAll(ctx context.Context, heard []Heard) []error {
	now, rules := s.now(), s.rules()
	lease := s.offer(false, len(heard), rules.Lease)
	defer s.close(false, lease, len(heard))
	answers := s.store.Tell(ctx, heard, func(e Event, c Contact, story Story) (Story, []Told, error) {
		return story.tell(e, c, now, lease, rules)
	})
	errs := make([]error, len(heard))
	for i, a := range answers {
		if errs[i] = a.Err; a.Err != nil || !a.First {
			continue
		}
		for _, n := range a.Told.Notifications() {
			s.observe(heard[i].Ctx, n, nil)
		}
		s.took(heard[i].Ctx, false, a, a.Also, now, lease)
	}
	return errs
}

// Pass hears of events that customers are not told of: messages of later ones need
// not wait for them.
func (s *Service) Pass(ctx context.Context, passed []Passed) []error {
	now, rules := s.now(), s.rules()
	lease := s.offer(false, len(passed), rules.Lease)
	defer s.close(false, lease, len(passed))
	errs := make([]error, len(passed))
	for i, a := range s.store.Pass(ctx, passed, func(p Passed, story Story) (Story, []Told, error) {
		return story.pass(p.Sequence, now, lease, rules)
	}) {
		if a.Err == nil {
			s.took(passed[i].Ctx, false, a, a.Also, now, lease)
		}
		errs[i] = unlessNothing(a.Err)
	}
	return errs
}

// took observes what was suppressed among changed, and dispatches what was leased.
func (s *Service) took(ctx context.Context, waited bool, a Answer, changed []Told, now time.Time, lease map[Channel]time.Duration) {
	for _, t := range changed {
		for _, n := range t.suppressedAt(now) {
			s.observe(ctx, n, nil)
		}
	}
	s.dispatch(waited, a, now, lease)
}

// retryTime is how long one Retry goes on: the tick that began it is given up on
// after 30 s.
const retryTime = 10 * time.Second

// fullTime is how long what finds no room on its desk is not looked at: a channel
// that is slow must not be in the way of the others.
const fullTime = 10 * time.Second

// Retry takes what has come due, until nothing is or the desks are full: failed
// attempts, leases that ran out, and what found no room before. One that is still at
// work makes the next return at once. What is for a channel that was switched off
// meanwhile is suppressed: left due, it would be in the way of the others for ever.
func (s *Service) Retry(ctx context.Context) error {
	if !s.taking.TryLock() {
		return nil
	}
	defer s.taking.Unlock()
	return s.retry(ctx)
}

func (s *Service) retry(ctx context.Context) error {
	var failed []error
	left := slices.Clone(Queues)
	for until := s.now().Add(retryTime); len(left) > 0 && s.now().Before(until) && ctx.Err() == nil; {
		left = slices.DeleteFunc(left, func(q Queue) (done bool) { // in turns: a long queue has much to take for long
			n := s.room(q)
			if n == 0 {
				return true
			}
			taken, err := s.retrySome(ctx, q, n)
			failed = append(failed, err)
			return err != nil || taken < n
		})
	}
	return errors.Join(failed...)
}

// retrySome takes up to n of a queue that are due, and returns how many there were.
func (s *Service) retrySome(ctx context.Context, q Queue, n int) (int, error) {
	keys, err := s.store.Due(ctx, q, s.now(), n)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	now, rules := s.now(), s.rules()
	lease := s.offer(true, len(keys), rules.Lease)
	defer s.close(true, lease, len(keys))
	var full []ToldKey
	for i, a := range s.store.Change(ctx, keys, func(story Story, event string) (Story, []Told, error) {
		w := &turns{story: story, now: now, lease: lease, rules: rules}
		return w.due(event)
	}) {
		if a.Err == nil {
			s.took(ctx, true, a, append([]Told{a.Told}, a.Also...), now, lease)
			continue
		}
		if full = append(full, keys[i]); !isNothing(a.Err) {
			err = a.Err
		}
	}
	s.store.Later(q, full, now.Add(fullTime))
	return len(keys), err
}
