package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/services/internal/sidecar"
)

// A list is a head document, which holds its newest entries, and full parts of
// older ones that never change.

// partSize is how many entries a part holds.
const partSize = 64

// head is the newest part of a list: entries from position Base on, as of page N.
type head struct {
	N       int64   `json:"n"`
	Base    int64   `json:"base"`
	Entries []Entry `json:"entries"`
}

func (h head) end() int64 { return h.Base + int64(len(h.Entries)) }

func listKey(list string) string { return "list:" + list }

// The number of a part stands before its list's name, which may hold anything:
// no part of one list has the key of another list.
func partKey(list string, n int64) string { return fmt.Sprintf("part:%d:%s", n, list) }

// extend returns the writes that bring a list whose head is doc up to its newest
// page, which it returns too. Whoever writes a part writes the same. pending has
// everything after page from, which the head must have.
func extend(list string, doc sidecar.Doc, pending []added, from int64, atomic bool) ([]sidecar.Op, int64, error) {
	h, err := readHead(doc)
	if err == nil && h.N < from {
		err = errBehind
	}
	if err != nil {
		return nil, 0, err
	}
	h.add(pending)
	var ops []sidecar.Op
	for len(h.Entries) >= partSize {
		part, err := json.Marshal(h.Entries[:partSize])
		if err != nil {
			return nil, 0, err
		}
		ops = append(ops, sidecar.Put(partKey(list, h.Base/partSize), part))
		h.Base, h.Entries = h.Base+partSize, h.Entries[partSize:]
	}
	value, err := json.Marshal(h)
	if err != nil {
		return nil, 0, err
	}
	if atomic {
		return append(ops, sidecar.Put(listKey(list), value)), h.N, nil
	}
	doc.Key = listKey(list)
	return append(ops, sidecar.Replace(doc, value)), h.N, nil
}

var errBehind = errors.New("the list was written by another since it was read")

// add appends the entries of pages after h's.
func (h *head) add(pending []added) {
	for _, a := range pending {
		if a.pos > h.N {
			h.Entries = append(h.Entries, a.entries...)
			h.N = a.pos
		}
	}
}

func readHead(doc sidecar.Doc) (head, error) {
	h := head{Entries: []Entry{}}
	if doc.Found() {
		if err := json.Unmarshal(doc.Value, &h); err != nil {
			return h, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
		}
	}
	return h, nil
}

func readPart(doc sidecar.Doc) ([]Entry, error) {
	var part []Entry
	if err := json.Unmarshal(doc.Value, &part); err != nil || len(part) != partSize {
		return nil, fmt.Errorf("%s cannot be read: %d entries, %w", doc.Key, len(part), err)
	}
	return part, nil
}

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
		if pos -= int64(len(a.entries)); pos > from && i > 1 {
			continue
		}
		return r.copy(i-1, pos, from, limit), true
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
		out = append(out, h.Entries...)
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
	entries, base := h.Entries, h.Base
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
