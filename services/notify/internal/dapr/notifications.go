package dapr

import (
	"context"
	"fmt"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// places are the channels in the order of their places: a list has a line for
// each event, and room for so many notifications in it.
var places = []notify.Channel{notify.Email, notify.SMS, notify.Webhook}

// listing is a page of notifications that is being filled, newest first.
type listing struct {
	want   notify.Filter
	limit  int
	before int64 // the place that the page begins before; negative is the end
	at     int64 // the place that was looked at last
	page   []notify.Notification
}

// take puts what is wanted of line number pos on the page; it answers false when
// the page is full.
func (l *listing) take(pos int64, t notify.Told) (more bool) {
	shown := t.Notifications()
	for i := len(places) - 1; i >= 0; i-- {
		at := pos*int64(len(places)) + int64(i)
		if l.before >= 0 && at >= l.before {
			continue
		}
		l.at = at
		for _, n := range shown {
			if n.Channel == places[i] && l.want.Wants(n) {
				l.page = append(l.page, n)
			}
		}
		if len(l.page) == l.limit {
			return false
		}
	}
	return true
}

// Notifications lists newest first: of an order from its story, of a customer
// from its list, of all from the feed, and of all in a status from an index.
func (s *Store) Notifications(ctx context.Context, want notify.Filter, after string, limit int) ([]notify.Notification, string, error) {
	of := fmt.Sprintf("notifications %q", want)
	if want.OrderID == "" && want.CustomerID == "" { // an operator waits for customers
		leave, err := s.all.Enter(ctx, s.book)
		if err != nil {
			return nil, "", err
		}
		defer leave()
	}
	if want.OrderID == "" && want.CustomerID == "" && want.Status != "" {
		return s.byStatus(ctx, want, after, limit, of)
	}
	before, err := openCursor(after, of)
	if err != nil {
		return nil, "", err
	}
	l := &listing{want: want, limit: limit, before: before}
	var ended bool
	switch {
	case want.OrderID != "":
		ended, err = s.listOrder(ctx, want.OrderID, l)
	case want.CustomerID != "":
		ended, err = s.listFrom(ctx, customerList(want.CustomerID), l)
	default:
		ended, err = s.listFrom(ctx, feedList, l)
	}
	if err != nil {
		return nil, "", err
	}
	return l.page, closeCursor(l.at, ended, of), nil
}

func (s *Store) listOrder(ctx context.Context, order string, l *listing) (ended bool, err error) {
	stories, err := s.stories(ctx, []string{storyKey(order)})
	if err != nil {
		return false, err
	}
	told := stories[storyKey(order)].Told()
	for i := len(told) - 1; i >= 0; i-- {
		if !l.take(int64(i), told[i]) {
			return false, nil
		}
	}
	return true, nil
}

func (s *Store) listFrom(ctx context.Context, list string, l *listing) (ended bool, err error) {
	line := l.before
	if line >= 0 {
		line = (line + int64(len(places)) - 1) / int64(len(places)) // of which a part may be left
	}
	return s.walk(ctx, list, line, func(part []ledger.Entry) (bool, error) {
		keys := make([]string, len(part))
		for i, e := range part {
			keys[i] = storyKey(openID(e.ID).OrderID)
		}
		stories, err := s.stories(ctx, keys)
		if err != nil {
			return false, err
		}
		for i, e := range part {
			t, _ := stories[keys[i]].Find(openID(e.ID).Event)
			if !l.take(e.Pos, t) {
				return false, nil
			}
		}
		return true, nil
	})
}

// byStatus lists by the times of the events.
func (s *Store) byStatus(ctx context.Context, want notify.Filter, after string, limit int, of string) (page []notify.Notification, next string, err error) {
	place, err := openPlace(after, of)
	if err != nil {
		return nil, "", err
	}
	wanted := func(label string) bool { return label == string(want.Status) }
	place, err = s.find(ctx, byStatus, wanted, place, func(found []ledger.Mark) (int, bool, error) {
		keys := make([]string, len(found))
		for i, m := range found {
			told, _ := openMark(m.ID)
			keys[i] = storyKey(told.OrderID)
		}
		stories, err := s.stories(ctx, keys)
		if err != nil {
			return 0, false, err
		}
		for i, m := range found {
			told, channel := openMark(m.ID)
			t, _ := stories[keys[i]].Find(told.Event)
			for _, n := range t.Notifications() {
				if n.Channel == channel && want.Wants(n) {
					page = append(page, n)
				}
			}
			if len(page) == limit {
				return i + 1, false, nil
			}
		}
		return len(found), true, nil
	})
	return page, closePlace(place, of), err
}

// stories reads documents by key.
func (s *Store) stories(ctx context.Context, keys []string) (map[string]notify.Story, error) {
	out := make(map[string]notify.Story, len(keys))
	distinct := make([]string, 0, len(keys))
	for _, k := range keys {
		if _, again := out[k]; !again {
			out[k] = notify.Story{}
			distinct = append(distinct, k)
		}
	}
	err := s.book.View(ctx, distinct, func(t *ledger.Txn) error {
		for _, k := range distinct {
			out[k] = storyOf(t.Get(k))
		}
		return nil
	})
	return out, err
}
