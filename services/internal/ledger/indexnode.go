package ledger

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orderly/services/internal/sidecar"
)

// nodeID names a node of an index: of level 0 is a leaf, of level 3 the root.
type nodeID struct {
	index  string
	level  int
	bucket int64
}

const rootLevel = 3

// nodeBits are how many milliseconds a node of each level spans, as a power of two.
var nodeBits = [rootLevel]int{7, 17, 27}

func leafAt(index string, at int64) nodeID { return nodeID{index, 0, at / 1e6 >> nodeBits[0]} }

func (id nodeID) key() string { return fmt.Sprintf("index:%s:%d:%x", id.index, id.level, id.bucket) }

func (id nodeID) parent() nodeID {
	up := nodeID{id.index, id.level + 1, 0}
	if up.level < rootLevel {
		up.bucket = id.bucket >> (nodeBits[up.level] - nodeBits[id.level])
	}
	return up
}

func (id nodeID) child(bucket int64) nodeID { return nodeID{id.index, id.level - 1, bucket} }

// begin is the first nanosecond of a node, end the one after its last; not of a root.
func (id nodeID) begin() int64 { return id.bucket << nodeBits[id.level] * 1e6 }
func (id nodeID) end() int64   { return (id.bucket + 1) << nodeBits[id.level] * 1e6 }

func (id nodeID) compare(other nodeID) int {
	return cmp.Or(strings.Compare(id.index, other.index), cmp.Compare(id.level, other.level), cmp.Compare(id.bucket, other.bucket))
}

// node is a node as it is stored: a leaf has a row for each id, a branch one for
// each child. Equal nodes are equal bytes.
type node struct {
	N      int64    `json:"n"`
	Labels []string `json:"labels"`

	IDs []string `json:"ids,omitempty"`
	At  []int64  `json:"at,omitempty"` // since the leaf begins
	Is  []int    `json:"is,omitempty"` // its label

	Children []int64 `json:"children,omitempty"`
	Counts   []int64 `json:"counts,omitempty"` // for each child one of each label
}

// tally is how many marks have which label.
type tally map[string]int64

func openNode(doc sidecar.Doc) (*node, error) {
	n := &node{}
	if !doc.Found() {
		return n, nil
	}
	err := json.Unmarshal(doc.Value, n)
	outside := slices.ContainsFunc(n.Is, func(i int) bool { return i < 0 || i >= len(n.Labels) })
	if err != nil || outside || len(n.IDs) != len(n.At) || len(n.IDs) != len(n.Is) || len(n.Counts) != len(n.Children)*len(n.Labels) {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, cmp.Or(err, errNode))
	}
	return n, nil
}

var errNode = errors.New("its rows do not fit")

func (n *node) encode() ([]byte, error) { return json.Marshal(n) }

// same reports whether two nodes have the same rows.
func (n *node) same(other *node) bool {
	a, b := *n, *other
	a.N, b.N = 0, 0
	one, err1 := a.encode()
	two, err2 := b.encode()
	return err1 == nil && err2 == nil && bytes.Equal(one, two)
}

// marks are the rows of a leaf, by id.
func (n *node) marks(leaf nodeID) map[string]mark {
	out := make(map[string]mark, len(n.IDs))
	for i, id := range n.IDs {
		out[id] = mark{n.N, leaf.begin() + n.At[i], id, n.Labels[n.Is[i]]}
	}
	return out
}

// with returns a leaf as of commit through: with marks that it may not have yet.
func (n *node) with(leaf nodeID, marks []mark, through int64) *node {
	if n.N >= through {
		return n
	}
	rows := n.marks(leaf)
	for _, m := range marks {
		if m.pos > n.N && m.pos <= through {
			rows[m.id] = m
		}
	}
	return leafOf(leaf, rows, through)
}

// wanted are those of a leaf, and of marks that it may not have yet, that a search wants.
func (n *node) wanted(leaf nodeID, marks []mark, want func(label string) bool) (out []mark) {
	newer := map[string]mark{}
	for _, m := range marks {
		if m.pos > n.N {
			newer[m.id] = m
		}
	}
	for _, m := range newer {
		if want(m.label) {
			out = append(out, m)
		}
	}
	wants := make([]bool, len(n.Labels))
	for i, label := range n.Labels {
		wants[i] = want(label)
	}
	for i, is := range n.Is {
		if _, changed := newer[n.IDs[i]]; wants[is] && !changed {
			out = append(out, mark{n.N, leaf.begin() + n.At[i], n.IDs[i], n.Labels[is]})
		}
	}
	return out
}

func leafOf(leaf nodeID, rows map[string]mark, n int64) *node {
	sorted := slices.SortedFunc(maps.Values(rows), mark.compare)
	out := &node{N: n, Labels: []string{}}
	for _, m := range sorted {
		out.Labels = append(out.Labels, m.label)
	}
	slices.Sort(out.Labels)
	out.Labels = slices.Compact(out.Labels)
	for _, m := range sorted {
		is, _ := slices.BinarySearch(out.Labels, m.label)
		out.IDs, out.At, out.Is = append(out.IDs, m.id), append(out.At, m.at-leaf.begin()), append(out.Is, is)
	}
	return out
}

// compare sorts by time, and by id what is of one instant.
func (m mark) compare(other mark) int {
	return cmp.Or(cmp.Compare(m.at, other.at), strings.Compare(m.id, other.id))
}

// rows are what is below each child of a branch.
func (n *node) rows() map[int64]tally {
	out := make(map[int64]tally, len(n.Children))
	for i, bucket := range n.Children {
		t := tally{}
		for j, label := range n.Labels {
			if c := n.Counts[i*len(n.Labels)+j]; c != 0 {
				t[label] = c
			}
		}
		out[bucket] = t
	}
	return out
}

// below returns a branch as of commit through: with children as they are now.
func (n *node) below(children map[int64]tally, through int64) *node {
	if n.N >= through {
		return n
	}
	rows := n.rows()
	maps.Copy(rows, children)
	out := &node{N: through, Labels: []string{}, Children: slices.Sorted(maps.Keys(rows))}
	for _, t := range rows {
		out.Labels = slices.AppendSeq(out.Labels, maps.Keys(t))
	}
	slices.Sort(out.Labels)
	out.Labels = slices.Compact(out.Labels)
	for _, bucket := range out.Children {
		for _, label := range out.Labels {
			out.Counts = append(out.Counts, rows[bucket][label])
		}
	}
	return out
}

// tally counts all that is in a node or below it.
func (n *node) tally() tally {
	t := tally{}
	for _, is := range n.Is {
		t[n.Labels[is]]++
	}
	for i, c := range n.Counts {
		t[n.Labels[i%len(n.Labels)]] += c
	}
	return t
}
