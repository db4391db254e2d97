package dapr

import (
	"context"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Tell saves what decide makes of each event unless it was told before: the
// claim on all its channels, and the lines of every list.
func (s *Store) Tell(ctx context.Context, heard []notify.Heard, decide func(notify.Event, notify.Contact, int64) notify.Told) []notify.Answer {
	answers := make([]notify.Answer, len(heard))
	changes := make([]ledger.Change, len(heard))
	for i, h := range heard {
		a, f := &answers[i], h.Event.Fields()
		key, contact := storyKey(f.OrderID), contactKey(f.CustomerID)
		changes[i] = ledger.Change{Keys: []string{key, contact}, Decide: func(t *ledger.Txn) (err error) {
			story := storyOf(t.Get(key))
			c, _ := t.Get(contact).(notify.Contact)
			was, again := story.Find(h.Event.Key())
			if a.Told, a.First = was, !again; again {
				return nil
			}
			a.Told = decide(h.Event, c, story.Newest())
			return add(t, key, story, a.Told)
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

// add writes down what is told for the first time.
func add(t *ledger.Txn, key string, story notify.Story, told notify.Told) error {
	story, err := story.With(told)
	if err != nil {
		return err
	}
	line, err := feedLine(told)
	if err != nil {
		return err
	}
	t.Put(key, story)
	t.Append(feedList, line)
	t.Append(customerList(told.Fields().Event.CustomerID), ledger.Entry{ID: line.ID, At: line.At})
	remind(t, told)
	return nil
}

// remind has what was told found again when it asks for work.
func remind(t *ledger.Txn, told notify.Told) {
	if due := told.Due(); !due.IsZero() {
		t.Remind(due, entryID(told.Key()))
	}
}

// Change loads, changes and saves what was told of events.
func (s *Store) Change(ctx context.Context, keys []notify.ToldKey, change func(notify.Told) (notify.Told, error)) []notify.Answer {
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
			a.Told = was
			now, err := change(was)
			if err != nil {
				return err
			}
			a.Told = now
			if story, err = story.With(now); err != nil {
				return err
			}
			t.Put(key, story)
			remind(t, now)
			return nil
		}}
	}
	return s.keep(ctx, answers, changes)
}

// Due returns keys of what is due at now.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]notify.ToldKey, error) {
	ids, err := s.due.Take(ctx, now, limit)
	keys := make([]notify.ToldKey, len(ids))
	for i, id := range ids {
		keys[i] = openID(id)
	}
	return keys, err
}
