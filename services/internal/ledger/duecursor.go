package ledger

import (
	"container/heap"
	"slices"
	"sync"
	"time"
)

// dueCursor is the second from which on reminders have to be looked at. A
// reminder of an earlier one takes it back.
type dueCursor struct {
	mu     sync.Mutex
	next   int64               // 0: there never was a reminder
	read   int64               // while reminders are being read: from where
	open   map[string]*dueItem // ids that are due
	byKey  map[string][]*dueItem
	turns  dueHeap // of open, but for what is being asked for now
	handed int     // of open, how many were handed out
	due    func(id string, value any) time.Time
}

// dueItem is an id that is due.
type dueItem struct {
	id, key string
	bucket  int64 // the second in which it came due
	at      int64 // the second from which on it is looked at
	handed  bool  // it was handed out before
	place   int   // in the heap; negative while it is not there
}

func (d *dueCursor) start(next int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next, d.open, d.byKey, d.turns, d.handed = next, map[string]*dueItem{}, map[string][]*dueItem{}, nil, 0
}

// hear takes in that a page settles what is open.
func (d *dueCursor) hear(p *page) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.open) == 0 {
		return
	}
	for _, doc := range p.Docs {
		for _, it := range slices.Clone(d.byKey[doc.Key]) {
			if at := d.due(it.id, doc.value); at.IsZero() || bucketOf(at) >= d.next {
				d.drop(it)
			}
		}
	}
}

// back takes the cursor back to the reminders of a second.
func (d *dueCursor) back(bucket int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == 0 || bucket < d.next {
		d.next = bucket
	}
}

// reached returns what a later leader has to begin with.
func (d *dueCursor) reached() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	reached := d.next
	if d.read != 0 {
		reached = min(reached, d.read)
	}
	for _, it := range d.open {
		reached = min(reached, it.bucket)
	}
	return reached
}

// The methods below are called with the lock held, but for pop.

func (d *dueCursor) full() bool {
	return len(d.open)-d.handed >= mostOpen || len(d.open) >= mostHandedOut
}

// over reports whether an id that is due at at needs no look before a reminder
// that was not read yet.
func (d *dueCursor) over(at, now time.Time) bool {
	return at.IsZero() || (at.After(now) && bucketOf(at) >= d.next)
}

func (d *dueCursor) add(id, key string, bucket int64) {
	if d.open[id] != nil {
		return
	}
	it := &dueItem{id: id, key: key, bucket: bucket, at: bucket, place: -1}
	d.open[id] = it
	d.byKey[key] = append(d.byKey[key], it)
	heap.Push(&d.turns, it)
}

func (d *dueCursor) drop(it *dueItem) {
	if d.open[it.id] != it {
		return
	}
	delete(d.open, it.id)
	if it.handed {
		d.handed--
	}
	if it.place >= 0 {
		heap.Remove(&d.turns, it.place)
	}
	left := slices.DeleteFunc(d.byKey[it.key], func(other *dueItem) bool { return other == it })
	if d.byKey[it.key] = left; len(left) == 0 {
		delete(d.byKey, it.key)
	}
}

// push gives an id that was popped its turn again, unless it was settled.
func (d *dueCursor) push(it *dueItem, at int64) {
	if d.open[it.id] != it {
		return
	}
	it.at = at
	heap.Push(&d.turns, it)
}

// hand notes that an id is handed out: it has its turn again in the next second.
func (d *dueCursor) hand(it *dueItem, now time.Time) {
	if d.open[it.id] == it && !it.handed {
		it.handed = true
		d.handed++
	}
	d.push(it, bucketOf(now))
}

// pop takes up to n ids whose turn it is.
func (d *dueCursor) pop(now int64, n int) []*dueItem {
	d.mu.Lock()
	defer d.mu.Unlock()
	var some []*dueItem
	for len(some) < n && len(d.turns) > 0 && d.turns[0].at <= now {
		some = append(some, heap.Pop(&d.turns).(*dueItem)) //nolint:forcetypeassert // nothing else is in it
	}
	return some
}

// dueHeap has the id on top whose turn is next. Ids that begin with their time are
// taken in its order then, and so with those that are kept in the same document.
type dueHeap []*dueItem

func (h dueHeap) Len() int { return len(h) }

func (h dueHeap) Less(i, j int) bool {
	if h[i].at != h[j].at {
		return h[i].at < h[j].at
	}
	return h[i].id < h[j].id
}

func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push and Pop are those of container/heap.
func (h *dueHeap) Push(it any) {
	one := it.(*dueItem) //nolint:forcetypeassert // nothing else is put in it
	one.place = len(*h)
	*h = append(*h, one)
}

// Pop takes away the last.
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	one := (*h)[last]
	(*h)[last] = nil
	*h, one.place = (*h)[:last], -1
	return one
}
