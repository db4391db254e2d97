package dapr

import (
	"context"
	"strconv"
	"strings"

	"orderly/services/internal/journal"
	"orderly/services/notify/internal/notify"
)

const (
	chunk   = 50   // entries looked at together
	maxScan = 2000 // entries that one call looks at; a page may be short, its cursor goes on
)

// walk goes through a list newest first, from after the cursor, in chunks, until
// use answers false. The cursor it returns goes on after the last entry that
// use says it took; empty at the list's end.
func (s *Store) walk(ctx context.Context, list, cursor string, use func([]journal.Entry) (took int, more bool, err error)) (next string, err error) {
	before, err := openCursor(cursor)
	if err != nil {
		return "", err
	}
	for scanned := 0; scanned < maxScan; {
		var part []journal.Entry
		err := s.book.Back(ctx, list, before, func(e journal.Entry) (bool, error) {
			part = append(part, e)
			return len(part) < chunk, nil
		})
		if err != nil || len(part) == 0 {
			return "", err
		}
		took, more, err := use(part)
		if err != nil {
			return "", err
		}
		if took > 0 {
			before = part[took-1].Pos
		}
		if before == 0 {
			return "", nil
		}
		if !more {
			break
		}
		scanned += took
	}
	return strconv.FormatInt(before, 36), nil
}

func openCursor(cursor string) (int64, error) {
	if cursor == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(cursor, 36, 64)
	if err != nil || n < 1 {
		return 0, notify.ErrCursor
	}
	return n, nil
}

// Notifications lists newest first, by order or customer when asked for one.
func (s *Store) Notifications(ctx context.Context, want notify.Filter, after string, limit int) ([]notify.Notification, string, error) {
	list := allList
	switch {
	case want.OrderID != "":
		list = orderList(want.OrderID)
	case want.CustomerID != "":
		list = customerList(want.CustomerID)
	}
	var page []notify.Notification
	next, err := s.walk(ctx, list, after, func(part []journal.Entry) (int, bool, error) {
		shown, err := s.shown(ctx, part)
		if err != nil {
			return 0, false, err
		}
		for i, e := range part {
			if n, ok := shown[e.ID]; ok && want.Wants(n) {
				page = append(page, n)
			}
			if len(page) == limit {
				return i + 1, false, nil
			}
		}
		return len(part), true, nil
	})
	return page, next, err
}

// shown reads the notifications that entries point to, by id.
func (s *Store) shown(ctx context.Context, part []journal.Entry) (map[string]notify.Notification, error) {
	var keys []string
	for _, e := range part {
		key, _, _ := strings.Cut(e.ID, ":")
		if key = toldKey(key); len(keys) == 0 || keys[len(keys)-1] != key {
			keys = append(keys, key)
		}
	}
	docs, err := s.state.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := map[string]notify.Notification{}
	for _, doc := range docs {
		if !doc.Found() {
			continue // the list is a hint
		}
		t, err := openTold(doc.Value)
		if err != nil {
			return nil, err
		}
		for _, n := range t.Notifications() {
			out[n.ID] = n
		}
	}
	return out, nil
}
