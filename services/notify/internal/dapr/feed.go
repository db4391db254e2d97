package dapr

import (
	"context"
	"log/slog"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Feed is the list of all that was told. One reader follows it for all who watch; the list is read by a watch itself only
// when it comes back from further behind than memory goes.
type Feed struct {
	book     *ledger.Book
	log      *slog.Logger
	hub      *hub
	wake     chan struct{} // somebody began to watch
	catchUps chan struct{}
}

// NewFeed returns the feed of a book; Run makes it live.
func NewFeed(book *ledger.Book, log *slog.Logger, limits func() notify.FeedLimits) *Feed {
	return &Feed{book: book, log: log, hub: newHub(limits), wake: make(chan struct{}, 1), catchUps: make(chan struct{}, catchUps)}
}

// feedPoll is how often the list is looked at for what another replica told.
const feedPoll = time.Second

// Run follows the list while somebody watches, until ctx ends. It wakes with each page that this process learns of.
func (f *Feed) Run(ctx context.Context) {
	next := int64(-1)
	for {
		more := f.book.Changed()
		if f.hub.pause() {
			next, more = -1, nil
		} else if err := f.follow(ctx, &next); err != nil && ctx.Err() == nil {
			f.log.WarnContext(ctx, "the feed cannot be read", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-more:
		case <-f.wake:
		case <-time.After(feedPoll):
		}
	}
}

// follow reads what was appended from *next on; negative is the list's end.
func (f *Feed) follow(ctx context.Context, next *int64) error {
	if *next < 0 {
		end, err := f.book.End(ctx, feedList)
		if err != nil {
			return err
		}
		*next = end
		f.hub.goLive(end)
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
		f.hub.add(lines)
		if len(lines) < linesAtOnce {
			return nil
		}
	}
}

// Watch begins to watch what filter wants of the lines after position after; negative is from now on.
func (f *Feed) Watch(ctx context.Context, filter notify.FeedFilter, after int64) (notify.Watch, error) {
	w := &watch{feed: f, filter: filter, woken: make(chan struct{}, 1)}
	if err := f.hub.join(w); err != nil {
		return nil, err
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
	if err := f.hub.await(ctx); err != nil {
		w.Leave()
		return nil, ledger.Unavailable(err)
	}
	err := f.resume(ctx, w, after)
	if err != nil {
		w.Leave()
		return nil, err
	}
	return w, nil
}

// resume begins a watch after a position. Another replica may have shown more than this one knows of yet, or knew of when
// the watch began: that is not shown again. Nobody was shown more than there is.
func (f *Feed) resume(ctx context.Context, w *watch, after int64) error {
	f.hub.mu.Lock()
	defer f.hub.mu.Unlock()
	if after > f.hub.end {
		f.hub.mu.Unlock()
		end, err := f.book.End(ctx, feedList)
		f.hub.mu.Lock()
		if err != nil {
			return err
		}
		after = min(after, end)
	} else if after >= 0 && after < f.hub.end {
		w.next = after + 1
	}
	w.after = max(after, 0)
	return nil
}

// Read returns up to limit lines after position after, oldest first.
func (f *Feed) Read(ctx context.Context, after int64, limit int) ([]notify.Shown, error) {
	entries, err := f.book.Read(ctx, feedList, after, limit)
	if err != nil {
		return nil, err
	}
	return openLines(entries)
}
