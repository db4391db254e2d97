package journal

import (
	"context"
	"encoding/json"
	"fmt"

	"orderly/services/internal/sidecar"
)

// Read returns up to limit entries of a list, oldest first, from position from.
// Full pages are read at once.
func (b *Book) Read(ctx context.Context, list string, from int64, limit int) ([]Entry, error) {
	h, err := b.head(ctx, list)
	if err != nil {
		return nil, err
	}
	from = max(from, 0)
	to := min(from+int64(limit), h.end())
	if from >= to {
		return nil, nil
	}
	var keys []string
	for n := from / pageSize; n*pageSize < min(to, h.Base); n++ {
		keys = append(keys, pageKey(list, n))
	}
	docs, err := b.store.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, to-from)
	for _, key := range keys {
		page, err := readPage(docs[key])
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
	}
	if to > h.Base {
		out = append(out, h.Entries...)
	}
	first := min(from/pageSize*pageSize, h.Base) // position of out[0]
	for i := range out {
		out[i].Pos = first + int64(i)
	}
	return out[from-first : to-first], nil
}

// Back walks a list newest first, from the entry before position before (or
// from the end, when before is negative), until visit answers false.
func (b *Book) Back(ctx context.Context, list string, before int64, visit func(Entry) (more bool, err error)) error {
	h, err := b.head(ctx, list)
	if err != nil {
		return err
	}
	if before < 0 || before > h.end() {
		before = h.end()
	}
	for pos := before - 1; pos >= 0; {
		part, err := b.part(ctx, list, h, pos)
		if err != nil {
			return err
		}
		for i := int(pos - part[0].Pos); i >= 0; i-- {
			if more, err := visit(part[i]); err != nil || !more {
				return err
			}
			pos--
		}
	}
	return nil
}

// End returns the position after the last entry of a list.
func (b *Book) End(ctx context.Context, list string) (int64, error) {
	h, err := b.head(ctx, list)
	return h.end(), err
}

func (h head) end() int64 { return h.Base + int64(len(h.Entries)) }

func (b *Book) head(ctx context.Context, list string) (head, error) {
	doc, err := b.store.Get(ctx, headKey(list))
	if err != nil {
		return head{}, err
	}
	return readHead(doc)
}

// part returns the page, or the head's entries, that position pos is in.
func (b *Book) part(ctx context.Context, list string, h head, pos int64) ([]Entry, error) {
	entries, base := h.Entries, h.Base
	if pos < h.Base {
		base = pos / pageSize * pageSize
		doc, err := b.store.Get(ctx, pageKey(list, base/pageSize))
		if err != nil {
			return nil, err
		}
		if entries, err = readPage(doc); err != nil {
			return nil, err
		}
	}
	for i := range entries {
		entries[i].Pos = base + int64(i)
	}
	return entries, nil
}

func readPage(doc sidecar.Doc) ([]Entry, error) {
	var page []Entry
	if err := json.Unmarshal(doc.Value, &page); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	return page, nil
}
