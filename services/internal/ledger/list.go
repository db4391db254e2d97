package ledger

import (
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
