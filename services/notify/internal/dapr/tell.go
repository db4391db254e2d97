package dapr

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
	"orderly/services/notify/internal/notify"
)

// Tell saves what decide makes of e unless e was told before: the claim on all
// its channels, the newest sequence of its order, and the lines of every list,
// in one transaction.
func (s *Store) Tell(ctx context.Context, e notify.Event, decide func(notify.Contact, int64) notify.Told) (t notify.Told, first bool, err error) {
	f := e.Fields()
	told, contact, newest := toldKey(e.Key()), contactKey(f.CustomerID), newestKey(f.OrderID)
	err = again(ctx, func() error {
		docs, err := s.state.GetMany(ctx, []string{told, contact, newest})
		if err != nil {
			return err
		}
		if doc := docs[told]; doc.Found() {
			t, err = openTold(doc.Value)
			return err
		}
		var c notify.Contact
		if doc := docs[contact]; doc.Found() {
			if c, err = openContact(doc.Value); err != nil {
				return err
			}
		}
		before, err := openNewest(docs[newest])
		if err != nil {
			return err
		}
		t = decide(c, before)
		value, err := closeTold(t)
		if err != nil {
			return err
		}
		lines, err := lines(t)
		if err != nil {
			return err
		}
		ops := []sidecar.Op{sidecar.Create(told, value)}
		if f.Sequence > before {
			ops = append(ops, sidecar.Replace(docs[newest], strconv.AppendInt(nil, f.Sequence, 10)))
		}
		err = s.book.Commit(ctx, ops, lines...)
		first = err == nil
		return err
	})
	return t, first, err
}

// lines returns what telling t appends to the lists.
func lines(t notify.Told) ([]journal.Append, error) {
	f := t.Fields()
	at := f.Notices[0].At
	notices := make([]journal.Entry, len(f.Notices))
	for i, n := range f.Notices {
		notices[i] = journal.Entry{ID: t.NoticeID(n.Channel), At: at}
	}
	line, err := feedLine(t.Shown(), t.Key(), at)
	if err != nil {
		return nil, err
	}
	out := []journal.Append{
		{List: feedList, Entries: []journal.Entry{line}},
		{List: allList, Entries: notices},
		{List: customerList(f.Event.CustomerID), Entries: notices},
		{List: orderList(f.Event.OrderID), Entries: notices},
	}
	if due := t.Due(); !due.IsZero() {
		out = append(out, dueLine(t))
	}
	return out, nil
}

// dueLine says when t next asks for work, or that it is settled.
func dueLine(t notify.Told) journal.Append {
	e := journal.Entry{ID: t.Key(), At: t.Fields().Notices[0].At}
	if due := t.Due(); !due.IsZero() {
		e.Due = &due
	}
	return journal.Append{List: dueList, Entries: []journal.Entry{e}}
}

// feedLine keeps a line of the feed in an entry. It has no topic: nobody
// publishes it.
func feedLine(s notify.Shown, id string, at time.Time) (journal.Entry, error) {
	data, err := json.Marshal(shownRecord(s))
	if err != nil {
		return journal.Entry{}, err
	}
	return journal.Entry{ID: id, At: at, Event: &event.Event{ID: s.EventID, Type: s.Type, Subject: s.OrderID,
		Time: s.At, Sequence: event.Sequence(s.Sequence), Data: data}}, nil
}

// Change loads, changes and saves what was told of one event. An error of
// change comes back as it is, with what was loaded.
func (s *Store) Change(ctx context.Context, key string, change func(notify.Told) (notify.Told, error)) (t notify.Told, err error) {
	err = again(ctx, func() error {
		doc, err := s.state.Get(ctx, toldKey(key))
		if err != nil {
			return err
		}
		if !doc.Found() {
			return notify.ErrNotFound
		}
		was, err := openTold(doc.Value)
		if err != nil {
			return err
		}
		if t, err = change(was); err != nil {
			t = was
			return err
		}
		value, err := closeTold(t)
		if err != nil {
			return err
		}
		return s.book.Commit(ctx, []sidecar.Op{sidecar.Replace(doc, value)}, dueLine(t))
	})
	return t, err
}

// Due returns keys of what is due at now.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return s.due.Take(ctx, now, limit)
}
