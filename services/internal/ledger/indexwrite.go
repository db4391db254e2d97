package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"orderly/services/internal/sidecar"
)

// indexKey is the document that says how far an index is written. Like that of the
// leader it is a hint: one that is too low only has commits read again.
const indexKey = "index"

type indexed struct {
	Through int64 `json:"through"`
}

const nodesAtOnce = 64 // read or written in one call

// read returns up to which commit the index is written.
func (x *index) read(ctx context.Context) (int64, error) {
	if x.none() {
		return 0, nil
	}
	docs, err := x.b.o.Store.GetMany(ctx, []string{indexKey})
	if err != nil {
		return 0, Unavailable(err)
	}
	return readIndexed(docs[indexKey])
}

func readIndexed(doc sidecar.Doc) (int64, error) {
	var i indexed
	if !doc.Found() {
		return 0, nil
	}
	if err := json.Unmarshal(doc.Value, &i); err != nil || i.Through < 0 {
		return 0, fmt.Errorf("%s cannot be read: %w", indexKey, err)
	}
	return i.Through, nil
}

func putIndexed(through int64) (sidecar.Op, error) {
	value, err := json.Marshal(indexed{through})
	return sidecar.Put(indexKey, value), err
}

// due reports whether marks are to be written now.
func (x *index) due(all bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if all {
		return x.through > x.stored
	}
	if x.through-x.stored >= mostBehind { // without a mark
		return true
	}
	return x.waiting > 0 && (x.waiting >= marksAtOnce || x.b.o.Now().Sub(x.since) >= indexTime)
}

// write writes all nodes that have marks pending, from the leaves up. Where another
// leader was there first it leaves the rest to the next time.
func (x *index) write(ctx context.Context) error {
	x.mu.Lock()
	through, stored, leaves := x.through, x.stored, maps.Clone(x.pending)
	x.mu.Unlock()
	if through == stored {
		return nil
	}
	changed, err := x.replace(ctx, slices.Collect(maps.Keys(leaves)), func(id nodeID, n *node) *node { return n.with(id, leaves[id], through) })
	for level := 1; level <= rootLevel && err == nil; level++ {
		children := map[nodeID]map[int64]tally{}
		for id, t := range changed {
			up := id.parent()
			if children[up] == nil {
				children[up] = map[int64]tally{}
			}
			children[up][id.bucket] = t
		}
		changed, err = x.replace(ctx, slices.Collect(maps.Keys(children)), func(id nodeID, n *node) *node { return n.below(children[id], through) })
	}
	if errors.Is(err, sidecar.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	op, err := putIndexed(through)
	if err != nil {
		return err
	}
	if err := x.b.o.Store.Apply(ctx, op); err != nil {
		return err
	}
	x.wrote(through)
	return nil
}

// replace writes those nodes that change, and returns what is below each of them.
func (x *index) replace(ctx context.Context, ids []nodeID, change func(nodeID, *node) *node) (map[nodeID]tally, error) {
	slices.SortFunc(ids, nodeID.compare)
	below := make(map[nodeID]tally, len(ids))
	for some := range slices.Chunk(ids, nodesAtOnce) {
		keys := make([]string, len(some))
		for i, id := range some {
			keys[i] = id.key()
		}
		docs, err := x.b.o.Store.GetMany(ctx, keys)
		if err != nil {
			return nil, err
		}
		var ops []sidecar.Op
		for i, id := range some {
			doc := docs[keys[i]]
			was, err := openNode(doc)
			if err != nil {
				return nil, err
			}
			now := change(id, was)
			below[id] = now.tally()
			if now == was || now.same(was) {
				continue
			}
			value, err := now.encode()
			if err != nil {
				return nil, err
			}
			doc.Key = keys[i]
			ops = append(ops, sidecar.Replace(doc, value))
		}
		if len(ops) == 0 {
			continue
		}
		if err := x.b.o.Store.Apply(ctx, ops...); err != nil {
			return nil, err
		}
	}
	return below, nil
}
