package dapr

import (
	"context"
	"sync"

	"orderly/services/notify/internal/notify"
)

// recentLines is how much of the feed's end is kept in memory, up to twice as many.
const recentLines = 1000

// hub tells those who watch the feed what is new. A line costs those only who want it: they are found by its customer and
// its order, and read it from memory.
type hub struct {
	limits func() notify.FeedLimits

	mu      sync.Mutex
	live    chan struct{}  // closed while end is known and lines are added; renewed when not
	isLive  bool           // whether it is
	end     int64          // position of the newest line
	recent  []notify.Shown // ends at end
	watches int
	whose   map[notify.FeedFilter]int // watches by whose they are
	by      map[notify.FeedFilter]map[*watch]bool
}

func newHub(limits func() notify.FeedLimits) *hub {
	return &hub{
		limits: limits, live: make(chan struct{}),
		whose: map[notify.FeedFilter]int{}, by: map[notify.FeedFilter]map[*watch]bool{},
	}
}

// goLive begins with the line after end.
func (h *hub) goLive(end int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.end, h.recent = end, nil
	if !h.isLive {
		h.isLive = true
		close(h.live)
	}
}

// pause ends that lines are added, if nobody watches; it reports whether it did.
func (h *hub) pause() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watches > 0 {
		return false
	}
	if h.isLive {
		h.isLive, h.recent, h.live = false, nil, make(chan struct{})
	}
	return true
}

// add tells of new lines, which follow the newest known.
func (h *hub) add(lines []notify.Shown) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.recent = append(h.recent, lines...)
	if over := len(h.recent) - recentLines; over > recentLines {
		h.recent = append([]notify.Shown(nil), h.recent[over:]...)
	}
	for _, l := range lines {
		h.end = l.Pos
		for _, f := range [...]notify.FeedFilter{{}, {CustomerID: l.CustomerID}, {OrderID: l.OrderID},
			{CustomerID: l.CustomerID, OrderID: l.OrderID}} {
			for w := range h.by[f] {
				w.announce(l.Pos)
			}
		}
	}
}

// whoOf says whose limit a watch counts for: its customer's, or without one its order's, or that of those who watch
// everything, who may take half of all places.
func whoOf(f notify.FeedFilter) notify.FeedFilter {
	if f.CustomerID != "" {
		f.OrderID = ""
	}
	return f
}

// join counts one more watch, or says that there are too many.
func (h *hub) join(w *watch) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	limits, who := h.limits(), whoOf(w.filter)
	most := limits.Customer
	if who == (notify.FeedFilter{}) {
		most = max(1, limits.Replica/2)
	}
	if h.watches >= limits.Replica || h.whose[who] >= most {
		return notify.ErrTooManyFeeds
	}
	h.watches++
	h.whose[who]++
	if h.by[w.filter] == nil {
		h.by[w.filter] = map[*watch]bool{}
	}
	h.by[w.filter][w] = true
	return nil
}

func (h *hub) leave(w *watch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.by[w.filter][w] {
		return
	}
	h.watches--
	who := whoOf(w.filter)
	if h.whose[who]--; h.whose[who] == 0 {
		delete(h.whose, who)
	}
	if delete(h.by[w.filter], w); len(h.by[w.filter]) == 0 {
		delete(h.by, w.filter)
	}
}

// await waits until the hub is live.
func (h *hub) await(ctx context.Context) error {
	h.mu.Lock()
	live := h.live
	h.mu.Unlock()
	select {
	case <-live:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
