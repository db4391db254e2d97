package ledger

import (
	"context"
)

// heads returns the heads of lists as they are now, whichever replica appended.
// Parts are taken from the head, so what memory adds may exceed partSize.
func (b *Book) heads(ctx context.Context, lists []string) (map[string]head, error) {
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	m := b.m
	m.mu.Lock()
	next := pageKey(m.head + 1)
	keys := make([]string, 0, len(lists)+1)
	for _, l := range lists {
		r := m.rolls[l]
		if r == nil {
			r = &roll{list: l}
			m.rolls[l] = r
		}
		r.readers++
		keys = append(keys, listKey(l))
	}
	m.mu.Unlock()
	docs, err := b.o.Store.GetMany(ctx, append(keys, next))
	if err == nil && docs[next].Found() {
		err = b.follow(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[string]head, len(lists))
	for _, l := range lists {
		r := m.rolls[l]
		if err == nil {
			var h head
			if h, err = readHead(docs[listKey(l)]); err == nil {
				h.add(r.pending)
				out[l] = h
				r.place(h)
			}
		}
		r.readers--
		m.trim(r)
	}
	if err != nil {
		return nil, Unavailable(err)
	}
	return out, nil
}

// Recent is Read for who follows a list: it asks nobody, copies nothing but what
// it returns, and knows what this replica knows. known is false where the list
// must be Read to know.
func (b *Book) Recent(list string, from int64, limit int) (entries []Entry, known bool) {
	m := b.m
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rolls[list]
	if r == nil || !r.placed || from < r.at {
		return nil, false
	}
	for i, pos := len(r.pending), r.end(); i > 0; i-- {
		a := r.pending[i-1]
		if pos -= int64(a.n); pos > from && i > 1 {
			continue
		}
		entries, err := r.copy(i-1, pos, from, limit)
		return entries, err == nil
	}
	return nil, true
}

// Read returns up to limit entries of a list, oldest first, from position from.
func (b *Book) Read(ctx context.Context, list string, from int64, limit int) ([]Entry, error) {
	heads, err := b.heads(ctx, []string{list})
	if err != nil {
		return nil, err
	}
	h := heads[list]
	from = max(from, 0)
	to := min(from+int64(limit), h.end())
	if from >= to {
		return nil, nil
	}
	var keys []string
	for n := from / partSize; n*partSize < min(to, h.Base); n++ {
		keys = append(keys, partKey(list, n))
	}
	first := min(from/partSize*partSize, h.Base) // position of out[0]
	out := make([]Entry, 0, to-first)
	if len(keys) > 0 {
		docs, err := b.o.Store.GetMany(ctx, keys)
		if err != nil {
			return nil, Unavailable(err)
		}
		for _, key := range keys {
			part, err := readPart(docs[key])
			if err != nil {
				return nil, err
			}
			out = append(out, part...)
		}
	}
	if to > h.Base {
		newest, err := h.Entries.entries()
		if err != nil {
			return nil, err
		}
		out = append(out, newest...)
	}
	for i := range out {
		out[i].Pos = first + int64(i)
	}
	return out[from-first : to-first], nil
}

// Back walks a list newest first, from the entry before position before (or
// from the end, when before is negative), until visit answers false.
func (b *Book) Back(ctx context.Context, list string, before int64, visit func(Entry) (more bool, err error)) error {
	heads, err := b.heads(ctx, []string{list})
	if err != nil {
		return err
	}
	h := heads[list]
	if before < 0 || before > h.end() {
		before = h.end()
	}
	entries, err := h.Entries.entries()
	if err != nil {
		return err
	}
	base := h.Base
	for pos := before - 1; pos >= 0; pos-- {
		if pos < base {
			base = pos / partSize * partSize
			key := partKey(list, base/partSize)
			docs, err := b.o.Store.GetMany(ctx, []string{key})
			if err != nil {
				return Unavailable(err)
			}
			if entries, err = readPart(docs[key]); err != nil {
				return err
			}
		}
		e := entries[pos-base]
		e.Pos = pos
		if more, err := visit(e); err != nil || !more {
			return err
		}
	}
	return nil
}

// End returns the position after the last entry of a list.
func (b *Book) End(ctx context.Context, list string) (int64, error) {
	heads, err := b.heads(ctx, []string{list})
	return heads[list].end(), err
}
