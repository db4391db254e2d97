package dapr

import (
	"context"
	"slices"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Tell saves what decide makes of each event unless it was told before: the
// claim on all its channels, and the lines of every list.
func (s *Store) Tell(ctx context.Context, heard []notify.Heard, decide func(notify.Event, notify.Contact, notify.Story) (notify.Story, []notify.Told, error)) []notify.Answer {
	answers := make([]notify.Answer, len(heard))
	changes := make([]ledger.Change, len(heard))
	for i, h := range heard {
		a, f := &answers[i], h.Event.Fields()
		key, contact := storyKey(f.OrderID), contactKey(f.CustomerID)
		changes[i] = ledger.Change{Keys: []string{key, contact}, Decide: func(t *ledger.Txn) error {
			story := storyOf(t.Get(key))
			c, _ := t.Get(contact).(notify.Contact)
			was, again := story.Find(h.Event.Key())
			if a.Told, a.First = was, !again; again {
				return nil
			}
			story, changed, err := decide(h.Event, c, story)
			if err != nil {
				return err
			}
			a.Told, a.Also = changed[0], changed[1:]
			return add(t, key, story, changed)
		}}
	}
	return s.keep(ctx, answers, changes)
}

// keep has changes made and adds to answers what was wrong with them.
func (s *Store) keep(ctx context.Context, answers []notify.Answer, changes []ledger.Change) []notify.Answer {
	for i, err := range s.book.ChangeAll(ctx, changes) {
		answers[i].Err = err
	}
	return answers
}

// add writes down what is told for the first time: the first of what changed.
func add(t *ledger.Txn, key string, story notify.Story, changed []notify.Told) error {
	line, err := feedLine(changed[0])
	if err != nil {
		return err
	}
	t.Append(feedList, line)
	t.Append(customerList(changed[0].Fields().Event.CustomerID), ledger.Entry{ID: line.ID, At: line.At})
	put(t, key, story, changed)
	return nil
}

// put writes a story, and has what changed in it found again when it asks for work.
func put(t *ledger.Txn, key string, story notify.Story, changed []notify.Told) {
	before := storyOf(t.Get(key))
	t.Put(key, story)
	for _, told := range changed {
		was, _ := before.Find(told.Key().Event)
		for _, at := range reminders(was, told, time.Now()) {
			t.Remind(at, entryID(told.Key()))
		}
	}
}

// reminders returns when to look at what is told. There is one of what has waited longest: another
// in the past would have both queues read all reminders since then again. Of the other queue there
// may be none, as versions before had one queue.
func reminders(was, told notify.Told, now time.Time) (all []time.Time) {
	first := was.Due(notify.Mails)
	if hook := was.Due(notify.Webhooks); first.IsZero() || (!hook.IsZero() && hook.Before(first)) {
		first = hook
	}
	for _, q := range notify.Queues {
		at := told.Due(q)
		waits := at.Equal(was.Due(q)) && at.Equal(first) && !at.After(now)
		if !at.IsZero() && !waits && !slices.ContainsFunc(all, at.Equal) {
			all = append(all, at)
		}
	}
	return all
}

// Change loads, changes and saves what was told of events.
func (s *Store) Change(ctx context.Context, keys []notify.ToldKey, change func(notify.Story, string) (notify.Story, []notify.Told, error)) []notify.Answer {
	answers := make([]notify.Answer, len(keys))
	changes := make([]ledger.Change, len(keys))
	for i, k := range keys {
		a, key := &answers[i], storyKey(k.OrderID)
		changes[i] = ledger.Change{Keys: []string{key}, Decide: func(t *ledger.Txn) error {
			story := storyOf(t.Get(key))
			was, found := story.Find(k.Event)
			if !found {
				return notify.ErrNotFound
			}
			a.Told, a.Also = was, nil
			story, changed, err := change(story, k.Event)
			if err != nil {
				return err
			}
			a.Told, _ = story.Find(k.Event)
			a.Also = without(changed, k)
			put(t, key, story, changed)
			return nil
		}}
	}
	return s.keep(ctx, answers, changes)
}

func without(all []notify.Told, k notify.ToldKey) []notify.Told {
	return slices.DeleteFunc(slices.Clone(all), func(t notify.Told) bool { return t.Key() == k })
}

// Pass changes the stories of orders, which may have none.
func (s *Store) Pass(ctx context.Context, passed []notify.Passed, change func(notify.Passed, notify.Story) (notify.Story, []notify.Told, error)) []notify.Answer {
	answers := make([]notify.Answer, len(passed))
	changes := make([]ledger.Change, len(passed))
	for i, p := range passed {
		a, key := &answers[i], storyKey(p.OrderID)
		changes[i] = ledger.Change{Keys: []string{key}, Decide: func(t *ledger.Txn) error {
			story, changed, err := change(p, storyOf(t.Get(key)))
			if err != nil {
				return err
			}
			a.Also = changed
			put(t, key, story, changed)
			return nil
		}}
	}
	return s.keep(ctx, answers, changes)
}

// Hold keeps the story of an order in memory: it is changed again when its message
// was sent, and would be read with all that are kept with it.
func (s *Store) Hold(orderID string) (release func()) { return s.book.Pin(storyKey(orderID)) }

// Later has Due leave out keys until then.
func (s *Store) Later(q notify.Queue, keys []notify.ToldKey, until time.Time) {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = entryID(k)
	}
	s.due[q].Later(ids, until)
}

// Due returns keys of what is due on a queue at now.
func (s *Store) Due(ctx context.Context, q notify.Queue, now time.Time, limit int) ([]notify.ToldKey, error) {
	ids, err := s.due[q].Take(ctx, now, limit)
	keys := make([]notify.ToldKey, len(ids))
	for i, id := range ids {
		keys[i] = openID(id)
	}
	return keys, err
}
