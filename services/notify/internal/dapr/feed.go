package dapr

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

const (
	recentLines = 1000 // how much of the feed's end is kept in memory, up to twice as many
	linesAtOnce = 500  // read from the list
)

// Feed reads the feed's list: once for all who listen at its end, and for each
// who comes back from further behind.
type Feed struct {
	book *ledger.Book
	log  *slog.Logger

	mu      sync.Mutex
	recent  []notify.Shown // ends at the newest line known; empty before the first
	changed chan struct{}  // closed and renewed when there may be more to read
	asked   time.Time      // when somebody last listened
	wake    chan struct{}  // somebody began to
}

// NewFeed returns the feed of a book; Run makes it live.
func NewFeed(book *ledger.Book, log *slog.Logger) *Feed {
	return &Feed{book: book, log: log, changed: make(chan struct{}), wake: make(chan struct{}, 1)}
}

// Run follows the list while somebody listens, until ctx ends. It wakes with each
// page that this process learns of.
func (f *Feed) Run(ctx context.Context) {
	next := int64(-1)
	for {
		more := f.book.Changed()
		if f.idle() {
			next, more = -1, nil
		} else if err := f.follow(ctx, &next); err != nil && ctx.Err() == nil {
			f.log.WarnContext(ctx, "feed waits", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-more:
		case <-f.wake:
		case <-time.After(time.Second):
		}
	}
}

// idleAfter is how long after the last listener the list is followed. Who
// listens asks every second.
const idleAfter = 5 * time.Second

// idle reports whether nobody listens; what was recent goes out of date then.
func (f *Feed) idle() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.asked) < idleAfter {
		return false
	}
	f.recent = nil
	return true
}

// follow reads what was appended from *next on; negative is the list's end.
func (f *Feed) follow(ctx context.Context, next *int64) error {
	if *next < 0 {
		end, err := f.book.End(ctx, feedList)
		if err != nil {
			return err
		}
		*next = end
		f.show(nil) // who listens since before may have missed a line
	}
	for {
		entries, known := f.book.Recent(feedList, *next, linesAtOnce)
		if !known {
			var err error
			if entries, err = f.book.Read(ctx, feedList, *next, linesAtOnce); err != nil {
				return err
			}
		}
		lines, err := openLines(entries)
		if err != nil || len(lines) == 0 {
			return err
		}
		*next += int64(len(lines))
		f.show(lines)
		if len(lines) < linesAtOnce {
			return nil
		}
	}
}

// show adds lines to the recent ones and wakes who waits for them.
func (f *Feed) show(lines []notify.Shown) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.recent = append(f.recent, lines...)
	if over := len(f.recent) - recentLines; over > recentLines {
		f.recent = append([]notify.Shown(nil), f.recent[over:]...)
	}
	close(f.changed)
	f.changed = make(chan struct{})
}

// End returns the position of the newest line.
func (f *Feed) End(ctx context.Context) (int64, error) {
	return f.book.End(ctx, feedList)
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
	if f.recent == nil {
		select {
		case f.wake <- struct{}{}:
		default:
		}
	}
	f.asked = time.Now()
	return f.changed
}

func (f *Feed) read(ctx context.Context, after int64, limit int) ([]notify.Shown, error) {
	entries, err := f.book.Read(ctx, feedList, after, limit)
	if err != nil {
		return nil, err
	}
	return openLines(entries)
}
