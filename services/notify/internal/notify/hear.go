package notify

import "context"

// Hear makes of e what there is to tell, once. When it returns nil, that is
// kept, whatever sending brings.
func (s *Service) Hear(ctx context.Context, e Event) error {
	return s.HearAll(ctx, []Heard{{ctx, e}})[0]
}

// HearAll is Hear for events that came together, answered in their order.
func (s *Service) HearAll(ctx context.Context, heard []Heard) []error {
	now, rules := s.now(), s.rules()
	lease := s.offer(len(heard), rules.Lease)
	defer s.close(lease, len(heard))
	answers := s.store.Tell(ctx, heard, func(e Event, c Contact, newest int64) Told {
		return tell(e, c, newest, now, lease, rules)
	})
	errs := make([]error, len(heard))
	for i, a := range answers {
		if errs[i] = a.Err; a.Err != nil || !a.First {
			continue
		}
		for _, n := range a.Told.Notifications() {
			s.observe(heard[i].Ctx, n, nil)
		}
		s.dispatch(a.Told, a.Told.leased(now, lease))
	}
	return errs
}

// dueAtOnce is how many due events one Retry looks at.
const dueAtOnce = 200

// Retry takes what has come due: failed attempts, and leases that ran out. What is
// for a channel that was switched off meanwhile is suppressed: left due, it would
// be in the way of the others for ever.
func (s *Service) Retry(ctx context.Context) error {
	keys, err := s.store.Due(ctx, s.now(), dueAtOnce)
	if err != nil || len(keys) == 0 {
		return err
	}
	now, rules := s.now(), s.rules()
	lease := s.offer(len(keys), rules.Lease)
	defer s.close(lease, len(keys))
	for _, a := range s.store.Change(ctx, keys, func(t Told) (Told, error) { return t.lease(now, lease, rules) }) {
		if a.Err == nil {
			for _, n := range a.Told.switchedOff(now) {
				s.observe(ctx, n, nil)
			}
			s.dispatch(a.Told, a.Told.leased(now, lease))
		} else if !isNothing(a.Err) {
			err = a.Err
		}
	}
	return err
}
