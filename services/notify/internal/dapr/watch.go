package dapr

import (
	"context"

	"orderly/services/notify/internal/notify"
)

const (
	linesAtOnce = 500 // read from the list
	catchUps    = 4   // reads of it at once for watches that come from further behind than memory
)

// watch is one who watches the feed.
type watch struct {
	feed   *Feed
	filter notify.FeedFilter
	woken  chan struct{} // has room for one: there is something to read
	after  int64         // lines up to here are not wanted, or were looked at
	next   int64         // position of the first line that is to be looked at; 0 when there is none. Guarded by the hub
}

// announce says that there is a line for the watch. The hub is locked.
func (w *watch) announce(pos int64) {
	if w.next == 0 {
		w.next = pos
	}
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

// Woken has a value when there may be lines to read.
func (w *watch) Woken() <-chan struct{} { return w.woken }

// Leave ends the watch.
func (w *watch) Leave() { w.feed.hub.leave(w) }

// Lines returns the next lines that are wanted, and the position up to which all lines have been looked at.
func (w *watch) Lines(ctx context.Context) (lines []notify.Shown, upTo int64, more bool, err error) {
	h := w.feed.hub
	h.mu.Lock()
	next, end, recent := w.next, h.end, h.recent
	h.mu.Unlock()
	if next == 0 {
		return nil, max(end, w.after), false, nil
	}
	var part []notify.Shown
	if len(recent) > 0 && next >= recent[0].Pos {
		part = recent[next-recent[0].Pos:]
		part = part[:min(len(part), linesAtOnce)]
	} else if part, err = w.catchUp(ctx, next-1); err != nil {
		return nil, next - 1, false, err
	}
	upTo = end
	if len(part) > 0 {
		upTo = part[len(part)-1].Pos
	}
	for _, l := range part {
		if l.Pos > w.after && w.filter.Wants(l) {
			lines = append(lines, l)
		}
	}
	upTo = max(upTo, w.after)
	w.after = upTo // a read of the list may be ahead of the hub, which will announce those lines yet
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.next = 0; upTo < h.end {
		w.next = upTo + 1
	}
	return lines, upTo, w.next != 0, nil
}

// catchUp reads lines that memory does not have.
func (w *watch) catchUp(ctx context.Context, after int64) ([]notify.Shown, error) {
	select {
	case w.feed.catchUps <- struct{}{}:
		defer func() { <-w.feed.catchUps }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return w.feed.Read(ctx, after, linesAtOnce)
}
