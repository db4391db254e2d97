package ledger

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"
)

// Search is what to find in an index, newest first.
type Search struct {
	Index       string
	Want        func(label string) bool
	From, Until time.Time // From ≤ At < Until; zero is without a bound
	After       Place     // what comes after it; zero is from the newest
	Limit       int
}

// Place is where a search stands: what was found last, or with no ID the time before
// which it goes on. The zero Place is the end.
type Place struct {
	At time.Time
	ID string
}

const (
	childrenAtOnce = 128  // nodes of a level that one descent looks at
	nodesPerSearch = 1024 // nodes that one search looks at; its end is a Place to go on from
)

// Search returns up to Limit marks, newest first, and where the next ones begin. A
// mark says what the newest commit of its document did when the search began.
//
// It looks at a bounded number of nodes. Fewer marks than Limit with a Place to go on
// from are found only where very many changed within the last indexTime.
func (b *Book) Search(ctx context.Context, s Search) ([]Mark, Place, error) {
	if err := b.open(ctx); err != nil {
		return nil, Place{}, err
	}
	if err := b.load(ctx, nil, true); err != nil {
		return nil, Place{}, err
	}
	if err := b.index.ready(ctx); err != nil {
		return nil, Place{}, err
	}
	f := newFinder(b.index, s)
	for f.left > 0 && !f.ended {
		if err := f.descend(ctx); err != nil {
			return nil, Place{}, err
		}
		if len(f.found) >= s.Limit {
			last := f.found[s.Limit-1]
			return f.found[:s.Limit], Place{last.At, last.ID}, nil
		}
	}
	if f.ended {
		return f.found, Place{}, nil
	}
	return f.found, Place{At: time.Unix(0, f.hi.at).UTC()}, nil
}

// Few reports whether a search of the whole index would find n marks at most: the
// next best way may be to look at each.
func (b *Book) Few(ctx context.Context, index string, want func(label string) bool, n int64) (bool, error) {
	if err := b.open(ctx); err != nil {
		return false, err
	}
	f := newFinder(b.index, Search{Index: index, Want: want})
	root := nodeID{index, rootLevel, 0}
	nodes, err := f.x.nodes(ctx, []nodeID{root})
	if err != nil {
		return false, err
	}
	for _, c := range f.counts(root, nodes[0]) {
		n -= c
	}
	return n >= 0 && b.index.behind() == 0, nil
}

// finder is a search on its way.
type finder struct {
	x       *index
	s       Search
	lo      int64                      // the earliest instant
	hi      mark                       // what is before it; with no id nothing of its instant is
	pending map[nodeID][]mark          // by leaf, as they were when the search began
	dirty   map[nodeID]map[int64]int64 // by branch and child, how many of them are wanted
	found   []Mark
	left    int // nodes that may be looked at yet
	ended   bool
}

func newFinder(x *index, s Search) *finder {
	f := &finder{x: x, s: s, hi: mark{at: math.MaxInt64}, left: nodesPerSearch, pending: map[nodeID][]mark{}, dirty: map[nodeID]map[int64]int64{}}
	if !s.From.IsZero() {
		f.lo = nanos(s.From)
	}
	if !s.Until.IsZero() {
		f.hi.at = nanos(s.Until)
	}
	if after := (mark{at: nanos(s.After.At), id: s.After.ID}); s.After != (Place{}) && after.compare(f.hi) < 0 {
		f.hi = after
	}
	x.mu.Lock()
	for leaf, marks := range x.pending {
		if leaf.index == s.Index {
			f.pending[leaf] = marks
		}
	}
	x.mu.Unlock()
	for leaf, marks := range f.pending {
		n := int64(0)
		for _, m := range marks {
			if s.Want(m.label) {
				n++
			}
		}
		for id := leaf; n > 0 && id.level < rootLevel; {
			up := id.parent()
			if f.dirty[up] == nil {
				f.dirty[up] = map[int64]int64{}
			}
			f.dirty[up][id.bucket] += n
			id = up
		}
	}
	return f
}

// descend looks from the root at as many nodes as the rest may need, and takes what
// is wanted of the leaves.
func (f *finder) descend(ctx context.Context) error {
	ids, floor := []nodeID{{f.s.Index, rootLevel, 0}}, f.lo
	for level := rootLevel; level > 0; level-- {
		nodes, err := f.x.nodes(ctx, ids)
		if err != nil {
			return err
		}
		f.left -= len(ids)
		ids, floor = f.children(ids, nodes, floor)
	}
	leaves, err := f.x.nodes(ctx, ids)
	if err != nil {
		return err
	}
	f.left -= len(ids)
	var got []mark
	for i, id := range ids {
		for _, m := range leaves[i].wanted(id, f.pending[id], f.s.Want) {
			if m.at >= floor && m.compare(f.hi) < 0 {
				got = append(got, m)
			}
		}
	}
	slices.SortFunc(got, func(a, b mark) int { return b.compare(a) })
	for _, m := range got {
		f.found = append(f.found, Mark{f.s.Index, m.id, time.Unix(0, m.at).UTC(), m.label})
	}
	f.hi, f.ended = mark{at: floor}, floor == f.lo
	return nil
}

// children returns the newest children of nodes in which something may be found,
// until they have enough; all that is at floor or after it is in them then.
func (f *finder) children(ids []nodeID, nodes []*node, floor int64) ([]nodeID, int64) {
	var out []nodeID
	need := int64(f.s.Limit - len(f.found))
	for i, id := range ids {
		counts := f.counts(id, nodes[i])
		for _, bucket := range slices.Backward(slices.Sorted(maps.Keys(counts))) {
			child := id.child(bucket)
			if child.end() <= floor || (mark{at: child.begin()}).compare(f.hi) >= 0 {
				continue
			}
			out = append(out, child)
			if need -= counts[bucket]; need <= 0 || len(out) == childrenAtOnce {
				return out, max(floor, child.begin())
			}
		}
	}
	return out, floor
}

// counts returns how many marks may be wanted of each child of a branch: those
// counted, and those that came since, some of which may be counted already.
func (f *finder) counts(id nodeID, n *node) map[int64]int64 {
	out := make(map[int64]int64, len(n.Children))
	for i, label := range n.Labels {
		if !f.s.Want(label) {
			continue
		}
		for j, bucket := range n.Children {
			if c := n.Counts[j*len(n.Labels)+i]; c > 0 {
				out[bucket] += c
			}
		}
	}
	for bucket, c := range f.dirty[id] {
		out[bucket] += c
	}
	return out
}
