package dapr

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"orderly/services/internal/journal"
	"orderly/services/notify/internal/notify"
)

// recentLines is how much of the feed's end is kept in memory.
const recentLines = 1000

// Feed reads the feed's list: once for all who listen at its end, and for each
// who comes back from further behind.
type Feed struct {
	store *Store
	log   *slog.Logger

	mu      sync.Mutex
	recent  []notify.Shown // ends at the newest line known; empty before the first
	changed chan struct{}  // closed and renewed when recent grows
}

// NewFeed returns the feed of a store; Run makes it live.
func NewFeed(store *Store, log *slog.Logger) *Feed {
	return &Feed{store: store, log: log, changed: make(chan struct{})}
}

// Run follows the list until ctx ends. It wakes with each commit of this
// process, and every second for what others appended.
func (f *Feed) Run(ctx context.Context) {
	next := int64(-1)
	for {
		committed := f.store.book.Changed()
		if err := f.follow(ctx, &next); err != nil && ctx.Err() == nil {
			f.log.WarnContext(ctx, "feed waits", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-committed:
		case <-time.After(time.Second):
		}
	}
}

// follow reads what was appended from *next on; negative is the list's end.
func (f *Feed) follow(ctx context.Context, next *int64) error {
	if *next < 0 {
		end, err := f.store.book.End(ctx, feedList)
		if err != nil {
			return err
		}
		*next = end
	}
	for {
		lines, err := f.read(ctx, *next, 200)
		if err != nil || len(lines) == 0 {
			return err
		}
		*next += int64(len(lines))
		f.mu.Lock()
		f.recent = append(f.recent, lines...)
		if over := len(f.recent) - recentLines; over > 0 {
			f.recent = append([]notify.Shown(nil), f.recent[over:]...)
		}
		close(f.changed)
		f.changed = make(chan struct{})
		f.mu.Unlock()
	}
}

// End returns the position of the newest line.
func (f *Feed) End(ctx context.Context) (int64, error) {
	return f.store.book.End(ctx, feedList)
}

// Read returns up to limit lines after position after, from memory when they
// are recent.
func (f *Feed) Read(ctx context.Context, after int64, limit int) ([]notify.Shown, error) {
	f.mu.Lock()
	recent := f.recent
	f.mu.Unlock()
	if len(recent) == 0 || after < recent[0].Pos-1 {
		return f.read(ctx, after, limit)
	}
	from := after - (recent[0].Pos - 1)
	if from >= int64(len(recent)) {
		return nil, nil
	}
	recent = recent[from:]
	return recent[:min(len(recent), limit)], nil
}

// Changed returns a channel that is closed when there is more to read.
func (f *Feed) Changed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

// read reads lines from the list. Positions shown start at 1, so that "after 0"
// is everything.
func (f *Feed) read(ctx context.Context, after int64, limit int) ([]notify.Shown, error) {
	entries, err := f.store.book.Read(ctx, feedList, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]notify.Shown, len(entries))
	for i, e := range entries {
		if out[i], err = openLine(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func openLine(e journal.Entry) (notify.Shown, error) {
	var s shown
	if e.Event == nil {
		return notify.Shown{}, fmt.Errorf("line %d of the feed is empty", e.Pos)
	}
	if err := json.Unmarshal(e.Event.Data, &s); err != nil {
		return notify.Shown{}, fmt.Errorf("line %d of the feed cannot be read: %w", e.Pos, err)
	}
	return notify.Shown{Pos: e.Pos + 1, Type: e.Event.Type, EventID: s.EventID, OrderID: s.OrderID,
		CustomerID: s.CustomerID, Status: s.Status, Sequence: s.Sequence, At: s.At, Late: s.Late}, nil
}
