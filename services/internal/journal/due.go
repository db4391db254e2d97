package journal

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Due follows a list and knows which of its things ask for work, and when. A
// thing's newest entry counts: one with a due time opens it, one without
// settles it. A restart reads on from the oldest thing that was still open.
type Due struct {
	book *Book
	list string

	mu    sync.Mutex
	next  int64 // position to read from; -1 before the first read
	saved int64
	open  map[string]opened
}

type opened struct {
	due time.Time
	pos int64
}

// NewDue returns the due work of a list.
func NewDue(book *Book, list string) *Due {
	return &Due{book: book, list: list, next: -1, open: map[string]opened{}}
}

// Take returns up to limit ids that are due at now, the longest due first. They
// stay due until an entry settles them or gives them another time.
func (d *Due) Take(ctx context.Context, now time.Time, limit int) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.follow(ctx); err != nil {
		return nil, err
	}
	var ids []string
	for id, o := range d.open {
		if !o.due.After(now) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return d.open[a].due.Compare(d.open[b].due) })
	return ids[:min(len(ids), limit)], nil
}

// follow reads what was appended since, and saves the cursor as it moves.
func (d *Due) follow(ctx context.Context) error {
	use := "due:" + d.list
	if d.next < 0 {
		pos, err := d.book.Cursor(ctx, use)
		if err != nil {
			return err
		}
		d.next, d.saved = pos, pos
	}
	for {
		entries, err := d.book.Read(ctx, d.list, d.next, 10*pageSize)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Due == nil {
				delete(d.open, e.ID)
				continue
			}
			pos := e.Pos
			if was, ok := d.open[e.ID]; ok {
				pos = was.pos
			}
			d.open[e.ID] = opened{due: *e.Due, pos: pos}
		}
		d.next += int64(len(entries))
		if len(entries) < 10*pageSize {
			break
		}
	}
	oldest := d.next
	for _, o := range d.open {
		oldest = min(oldest, o.pos)
	}
	if oldest-d.saved >= pageSize {
		if err := d.book.MoveCursor(ctx, use, oldest); err != nil {
			return err
		}
		d.saved = oldest
	}
	return nil
}
