package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orderly/services/internal/sidecar"
)

// want compares documents with the store's, some at a time.
func (r *rebuild) want(ctx context.Context, w want) error {
	r.wants = append(r.wants, w)
	if len(r.wants) < fetchMost {
		return nil
	}
	return r.compare(ctx)
}

func (r *rebuild) compare(ctx context.Context) error {
	var keys []string
	for _, w := range r.wants {
		if keys = append(keys, w.op.Key()); w.group != "" {
			keys = append(keys, groupKey(w.group))
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	docs, err := r.store.GetMany(ctx, keys)
	if err != nil {
		return err
	}
	var ops []sidecar.Op
	for _, w := range r.wants {
		doc := docs[w.op.Key()]
		right, err := w.is(doc, docs)
		switch {
		case err != nil:
			r.found.wrong(err.Error())
		case right:
			continue
		case w.pos > r.was.Views:
			r.found.Late++
		default:
			r.found.wrong(difference(w.op, doc))
		}
		ops = append(ops, w.op)
	}
	r.wants = r.wants[:0]
	if len(ops) == 0 {
		return nil
	}
	return r.store.Apply(ctx, ops...)
}

// is reports whether the store has what is wanted: in its own place, which is
// doc, or with its group.
func (w want) is(doc sidecar.Doc, docs map[string]sidecar.Doc) (bool, error) {
	if w.doc == "" {
		return bytes.Equal(doc.Value, w.op.Value()), nil
	}
	members, err := openGroup(docs[groupKey(w.group)], func(key string) bool { return key == w.doc })
	if err != nil {
		return false, err
	}
	pos, body, err := newer(doc, members[w.doc])
	return pos == w.pos && bytes.Equal(body, w.body), err
}

// difference says what is wrong with a document.
func difference(op sidecar.Op, doc sidecar.Doc) string {
	if !doc.Found() {
		return op.Key() + " was missing"
	}
	return op.Key() + " was otherwise"
}

func (r *rebuild) keeper(ctx context.Context) (k keeper, err error) {
	docs, err := r.store.GetMany(ctx, []string{keeperKey})
	if err != nil {
		return k, err
	}
	if doc := docs[keeperKey]; doc.Found() {
		if err := json.Unmarshal(doc.Value, &k); err != nil {
			return k, fmt.Errorf("%s cannot be read: %w", keeperKey, err)
		}
	}
	return k, nil
}

// done moves the cursor of the documents to the last page, and that of what is
// published before what is to be published again.
func (r *rebuild) done(ctx context.Context) error {
	r.was.Views = r.found.Pages
	if r.unsaid > 0 {
		r.was.Published = min(r.was.Published, r.unsaid-1)
	}
	value, err := json.Marshal(r.was)
	if err != nil {
		return err
	}
	if err := r.store.Apply(ctx, sidecar.Put(keeperKey, value)); err != nil || r.derived.Marks == nil {
		return err
	}
	op, err := putIndexed(r.found.Pages)
	if err != nil {
		return err
	}
	return r.store.Apply(ctx, op)
}
