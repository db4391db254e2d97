package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"orderly/services/internal/sidecar"
)

func (r *rebuild) readIndexed(ctx context.Context) (int64, error) {
	docs, err := r.store.GetMany(ctx, []string{indexKey})
	if err != nil {
		return 0, err
	}
	return readIndexed(docs[indexKey])
}

// mark takes in the marks of a document as a commit wrote it.
func (r *rebuild) mark(n int64, d pageDoc) error {
	if r.derived.Marks == nil {
		return nil
	}
	value, err := r.derived.Codec.Decode(d.Key, d.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", pageKey(n), err)
	}
	for _, m := range r.derived.Marks(d.Key, value) {
		at := nanos(m.At)
		leaf := leafAt(m.Index, at)
		if r.marks[leaf] == nil {
			r.marks[leaf] = map[string]mark{}
		}
		was, again := r.marks[leaf][m.ID]
		now := mark{n, at, m.ID, m.Label}
		if again && was.at == at && was.label == m.Label {
			now.pos = was.pos // nothing new
		}
		r.marks[leaf][m.ID] = now
	}
	return nil
}

// row is a node as it should be, and the last commit that changed it.
type row struct {
	node *node
	pos  int64
}

// indexes derives the nodes of all indexes, compares and mends them, level by level.
func (r *rebuild) indexes(ctx context.Context) error {
	if r.derived.Marks == nil {
		return nil
	}
	rows := make(map[nodeID]row, len(r.marks))
	for id, marks := range r.marks {
		rows[id] = row{leafOf(id, marks, r.found.Pages), lastOf(marks)}
	}
	clear(r.marks)
	for level := 0; ; level++ {
		if err := r.compareNodes(ctx, rows); err != nil || level == rootLevel {
			return err
		}
		children, last := map[nodeID]map[int64]tally{}, map[nodeID]int64{}
		for id, row := range rows {
			up := id.parent()
			if children[up] == nil {
				children[up] = map[int64]tally{}
			}
			children[up][id.bucket], last[up] = row.node.tally(), max(last[up], row.pos)
		}
		rows = make(map[nodeID]row, len(children))
		for id := range children {
			rows[id] = row{(&node{}).below(children[id], r.found.Pages), last[id]}
		}
	}
}

func lastOf(marks map[string]mark) (pos int64) {
	for _, m := range marks {
		pos = max(pos, m.pos)
	}
	return pos
}

func (r *rebuild) compareNodes(ctx context.Context, rows map[nodeID]row) error {
	for some := range slices.Chunk(slices.SortedFunc(maps.Keys(rows), nodeID.compare), nodesAtOnce) {
		keys := make([]string, len(some))
		for i, id := range some {
			keys[i] = id.key()
		}
		docs, err := r.store.GetMany(ctx, keys)
		if err != nil {
			return err
		}
		var ops []sidecar.Op
		for i, id := range some {
			r.found.Nodes++
			value, err := rows[id].node.encode()
			if err != nil {
				return err
			}
			op := sidecar.Put(keys[i], value)
			there, err := openNode(docs[keys[i]])
			switch {
			case err != nil:
				r.found.wrong(err.Error())
			case there.same(rows[id].node) && docs[keys[i]].Found():
				continue
			case rows[id].pos > r.indexed:
				r.found.Late++
			default:
				r.found.wrong(difference(op, docs[keys[i]]))
			}
			ops = append(ops, op)
		}
		if len(ops) == 0 {
			continue
		}
		if err := r.store.Apply(ctx, ops...); err != nil {
			return err
		}
	}
	return nil
}
