package notify

import "context"

// Hear makes of e what there is to tell, once. When it returns nil, that is
// kept, whatever sending brings.
func (s *Service) Hear(ctx context.Context, e Event) error {
	return s.HearAll(ctx, []Heard{{ctx, e}})[0]
}

// HearAll is Hear for events that came together, answered in their order.
func (s *Service) HearAll(ctx context.Context, heard []Heard) []error {
	now, lease := s.now(), s.offer(len(heard))
	defer s.close(lease, len(heard))
	answers := s.store.Tell(ctx, heard, func(e Event, c Contact, newest int64) Told {
		return tell(e, c, newest, now, lease, s.rules.Private)
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

// Retry takes what has come due: failed attempts, and leases that ran out.
func (s *Service) Retry(ctx context.Context) error {
	keys, err := s.store.Due(ctx, s.now(), dueAtOnce)
	if err != nil || len(keys) == 0 {
		return err
	}
	now, lease := s.now(), s.offer(len(keys))
	defer s.close(lease, len(keys))
	for _, a := range s.store.Change(ctx, keys, func(t Told) (Told, error) { return t.lease(now, lease) }) {
		if a.Err == nil {
			s.dispatch(a.Told, a.Told.leased(now, lease))
		} else if !isNothing(a.Err) {
			err = a.Err
		}
	}
	return err
}
