package ledger

import (
	"sync"
	"time"
)

// An index finds documents by a label and a time, newest first, without a look at
// the others: the orders that are paid, the notifications that failed. It is
// derived from the commits alone (Options.Marks), so it costs a commit nothing,
// includes what was stored before there was an index, and can be rebuilt.
//
// It is a tree over time. A leaf has the marks of 128 ms; a branch has, for each
// child, how many marks of each label are below it. So a search descends only where
// there is something to find.
//
//	index:<name>:3:0   root: children of 37 hours
//	index:<name>:2:<b> branch: children of 131 seconds; b is Unix milliseconds >> 27
//	index:<name>:1:<b> branch: children of 128 ms; >> 17
//	index:<name>:0:<b> leaf: ids, times and labels; >> 7
//	index              {"through": n}: the nodes have the marks of all commits up to n
//
// Invariants:
//   - A node says as of which commit it is, and is only replaced by a later one,
//     under its ETag. To write it again changes nothing.
//   - The leader writes leaves, then branches upwards, then `through`. After a crash
//     on the way the next leader does all of it again, from `through` on.
//   - The marks after `through` are in the memory of each replica. So a search finds
//     what every commit before it says.
//   - A replica that is further behind than its memory allows reads commits again in
//     the background, and a search answers 503 meanwhile. So it is, once, after the
//     upgrade to a version with an index.
type index struct {
	b   *Book
	one gate // for who reads commits again or writes nodes

	mu      sync.Mutex
	through int64             // commits up to here are in the store or in pending
	stored  int64             // commits up to here are in the store
	pending map[nodeID][]mark // by leaf, the oldest first; only ever appended to or cut at the front
	waiting int               // how many
	since   time.Time         // when the oldest came
	cache   nodeCache
	labels  map[string]string // each label once

	looked time.Time // when a follower last read how far the leader has come
	said   time.Time // when it was last logged that commits are being read again
}

// Mark is what an index holds of a document. Of one ID in one index the newest mark
// counts.
type Mark struct {
	Index string    // its name
	ID    string    // what a search finds
	At    time.Time // where; it must be the same in every mark of the ID
	Label string    // what a search wants
}

// mark is one of a commit.
type mark struct {
	pos, at   int64
	id, label string
}

const (
	marksAtOnce = 20_000           // are written at once
	mostMarks   = 100_000          // wait in memory; further commits are read again
	indexTime   = 20 * time.Second // after which marks are written: many changes of a node are one write then
)

func newIndex(b *Book) *index {
	return &index{b: b, one: newGate(), pending: map[nodeID][]mark{}, labels: map[string]string{}}
}

func (x *index) none() bool { return x.b.o.Marks == nil }

// start begins after commit stored.
func (x *index) start(stored int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.through, x.stored, x.waiting = stored, stored, 0
	x.pending = map[nodeID][]mark{}
	x.cache.drop()
}

// hear takes in the marks of the commit after the last one.
func (x *index) hear(p *page) {
	if x.none() {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if p.N != x.through+1 || x.waiting >= mostMarks {
		return
	}
	x.through = p.N
	for _, d := range p.Docs {
		for _, m := range x.b.o.Marks(d.Key, d.value) {
			if x.waiting == 0 {
				x.since = x.b.o.Now()
			}
			at := nanos(m.At)
			leaf := leafAt(m.Index, at)
			x.pending[leaf] = append(x.pending[leaf], mark{p.N, at, m.ID, x.unique(m.Label)})
			x.waiting++
		}
	}
}

// unique returns a label that is kept once.
func (x *index) unique(label string) string {
	if known, ok := x.labels[label]; ok {
		return known
	}
	x.labels[label] = label
	return label
}

// wrote forgets the marks that the store has.
func (x *index) wrote(stored int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if stored <= x.stored {
		return
	}
	x.stored, x.since = stored, x.b.o.Now()
	x.cache.drop()
	for leaf, marks := range x.pending {
		i := 0
		for i < len(marks) && marks[i].pos <= stored {
			i++
		}
		x.waiting -= i
		if i == len(marks) {
			delete(x.pending, leaf)
		} else {
			x.pending[leaf] = marks[i:]
		}
	}
}

// nanos is a time in Unix nanoseconds, as far as they go.
func nanos(t time.Time) int64 {
	switch year := t.UTC().Year(); {
	case year < 1970:
		return 0
	case year > 2100:
		return 1 << 62
	}
	return t.UnixNano()
}
