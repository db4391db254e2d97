package dapr

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// deadBytes is where a page ends early: a body may have megabytes. For the same
// reason they are read one by one; a message from the sidecar has its limit.
const deadBytes = 4 << 20

// KeepDeadLetter saves d, or what merge makes of the one that is there. Each
// coming is a line of the list; only the last one counts.
func (s *Store) KeepDeadLetter(ctx context.Context, d notify.DeadLetter, merge func(notify.DeadLetter) (notify.DeadLetter, error)) error {
	key := deadKey(d.Fields().ID)
	topic, err := json.Marshal(d.Fields().Topic)
	if err != nil {
		return err
	}
	return s.book.Change(ctx, ledger.Change{Keys: []string{key}, Decide: func(t *ledger.Txn) (err error) {
		kept := d
		if was, found := t.Get(key).(notify.DeadLetter); found {
			if kept, err = merge(was); err != nil {
				return err
			}
		}
		f := kept.Fields()
		t.Put(key, kept)
		t.Append(deadList, ledger.Entry{ID: f.ID, At: f.ReceivedAt, Data: topic})
		return nil
	}})
}

// ChangeDeadLetter loads, changes and saves one. That it is to be published again is
// itself published, from the outbox: the audit is lost no more than the change.
func (s *Store) ChangeDeadLetter(ctx context.Context, id string, change func(notify.DeadLetter) (notify.DeadLetter, error)) (d notify.DeadLetter, err error) {
	key := deadKey(id)
	err = s.book.Change(ctx, ledger.Change{Keys: []string{key}, Decide: func(t *ledger.Txn) error {
		was, found := t.Get(key).(notify.DeadLetter)
		if !found {
			return notify.ErrNotFound
		}
		now, err := change(was)
		if d = was; err != nil {
			return err
		}
		d = now
		t.Put(key, now)
		return audit(ctx, t, was, now)
	}})
	return d, err
}

// DeadLetters lists newest first; empty topic and status want all.
func (s *Store) DeadLetters(ctx context.Context, topic string, status notify.DeadStatus, after string, limit int) ([]notify.DeadLetter, string, error) {
	of := fmt.Sprintf("dead letters %q %q", topic, status)
	place, err := openPlace(after, of)
	if err != nil {
		return nil, "", err
	}
	wanted := func(label string) bool {
		of, is, _ := strings.Cut(label, " ")
		return (topic == "" || of == topic) && (status == "" || is == string(status))
	}
	var page []notify.DeadLetter
	bytes := 0
	place, err = s.find(ctx, letters, wanted, place, func(found []ledger.Mark) (int, bool, error) {
		for i, m := range found {
			d, err := s.deadLetter(ctx, m.ID)
			if err != nil {
				return 0, false, err
			}
			f := d.Fields()
			if f.ID == "" || !f.ReceivedAt.Equal(m.At) || (status != "" && f.Status != status) {
				continue // an earlier coming, or another by now
			}
			page = append(page, d)
			if bytes += len(f.Body); len(page) == limit || bytes > deadBytes {
				return i + 1, false, nil
			}
		}
		return len(found), true, nil
	})
	if err != nil {
		return nil, "", err
	}
	return page, closePlace(place, of), nil
}

// deadLetter reads one; the zero one when it is not there.
func (s *Store) deadLetter(ctx context.Context, id string) (d notify.DeadLetter, err error) {
	key := deadKey(id)
	err = s.book.View(ctx, []string{key}, func(t *ledger.Txn) error {
		d, _ = t.Get(key).(notify.DeadLetter)
		return nil
	})
	return d, err
}
