package dapr

import (
	"context"

	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
	"orderly/services/notify/internal/notify"
)

// deadBytes is where a page ends early: a body may have megabytes. For the same
// reason they are read one by one; a message from the sidecar has its limit.
const deadBytes = 4 << 20

// KeepDeadLetter saves d, or what merge makes of the one that is there. Each
// coming is a line of the list; only the last one counts.
func (s *Store) KeepDeadLetter(ctx context.Context, d notify.DeadLetter, merge func(notify.DeadLetter) (notify.DeadLetter, error)) error {
	return again(ctx, func() error {
		doc, err := s.state.Get(ctx, deadKey(d.Fields().ID))
		if err != nil {
			return err
		}
		kept := d
		if doc.Found() {
			was, err := openDead(doc.Value)
			if err != nil {
				return err
			}
			if kept, err = merge(was); err != nil {
				return err
			}
		}
		value, err := closeDead(kept)
		if err != nil {
			return err
		}
		f := kept.Fields()
		return s.book.Commit(ctx, []sidecar.Op{sidecar.Replace(doc, value)},
			journal.Append{List: deadList, Entries: []journal.Entry{{ID: f.ID, At: f.ReceivedAt, Topic: f.Topic}}})
	})
}

// ChangeDeadLetter loads, changes and saves one.
func (s *Store) ChangeDeadLetter(ctx context.Context, id string, change func(notify.DeadLetter) (notify.DeadLetter, error)) (d notify.DeadLetter, err error) {
	err = again(ctx, func() error {
		doc, err := s.state.Get(ctx, deadKey(id))
		if err != nil {
			return err
		}
		if !doc.Found() {
			return notify.ErrNotFound
		}
		was, err := openDead(doc.Value)
		if err != nil {
			return err
		}
		if d, err = change(was); err != nil {
			d = was
			return err
		}
		value, err := closeDead(d)
		if err != nil {
			return err
		}
		return s.state.Apply(ctx, sidecar.Replace(doc, value))
	})
	return d, err
}

// DeadLetters lists newest first; empty topic and status want all.
func (s *Store) DeadLetters(ctx context.Context, topic string, status notify.DeadStatus, after string, limit int) ([]notify.DeadLetter, string, error) {
	var page []notify.DeadLetter
	bytes := 0
	next, err := s.walk(ctx, deadList, after, func(part []journal.Entry) (int, bool, error) {
		for i, e := range part {
			if topic != "" && e.Topic != topic {
				continue
			}
			d, err := s.deadLetter(ctx, e)
			if err != nil {
				return 0, false, err
			}
			f := d.Fields()
			if !f.ReceivedAt.Equal(e.At) || (status != "" && f.Status != status) {
				continue // an earlier coming, or not wanted
			}
			page = append(page, d)
			if bytes += len(f.Body); len(page) == limit || bytes > deadBytes {
				return i + 1, false, nil
			}
		}
		return len(part), true, nil
	})
	return page, next, err
}

// deadLetter reads what an entry points to; the zero one when it is not there.
func (s *Store) deadLetter(ctx context.Context, e journal.Entry) (notify.DeadLetter, error) {
	doc, err := s.state.Get(ctx, deadKey(e.ID))
	if err != nil || !doc.Found() {
		return notify.DeadLetter{}, err
	}
	return openDead(doc.Value)
}
