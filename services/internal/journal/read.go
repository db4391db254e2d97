package journal

import (
	"context"
	"encoding/json"
	"fmt"
)

// Read returns up to limit entries of a list, oldest first, from position from.
func (b *Book) Read(ctx context.Context, list string, from int64, limit int) ([]Entry, error) {
	h, err := b.head(ctx, list)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for pos := max(from, 0); len(out) < limit && pos < h.end(); {
		part, err := b.part(ctx, list, h, pos)
		if err != nil {
			return nil, err
		}
		i := int(pos - part[0].Pos)
		part = part[i:min(len(part), i+limit-len(out))]
		out = append(out, part...)
		pos += int64(len(part))
	}
	return out, nil
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
		entries = nil // decoding into the head's entries would mix their fields in
		if err := json.Unmarshal(doc.Value, &entries); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
		}
	}
	for i := range entries {
		entries[i].Pos = base + int64(i)
	}
	return entries, nil
}
