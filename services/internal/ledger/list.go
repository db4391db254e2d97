package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"orderly/services/internal/sidecar"
)

// A list is a head document, which holds its newest entries, and full parts of
// older ones that never change.

// partSize is how many entries a part holds.
const partSize = 64

// head is the newest part of a list: entries from position Base on, as of page N.
type head struct {
	N       int64 `json:"n"`
	Base    int64 `json:"base"`
	Entries lines `json:"entries"`
}

func (h head) end() int64 { return h.Base + int64(h.Entries.n) }

// A head is {"n":<N>,"base":<Base>,"entries":[…]}.
const (
	headFront   = `{"n":`
	headBase    = `,"base":`
	headEntries = `,"entries":`
)

func (h head) encode() []byte {
	out := append(make([]byte, 0, len(h.Entries.text)+64), headFront...)
	out = strconv.AppendInt(out, h.N, 10)
	out = strconv.AppendInt(append(out, headBase...), h.Base, 10)
	return append(h.Entries.array(append(out, headEntries...)), '}')
}

func listKey(list string) string { return "list:" + list }

// The number of a part stands before its list's name, which may hold anything:
// no part of one list has the key of another list.
func partKey(list string, n int64) string { return fmt.Sprintf("part:%d:%s", n, list) }

// extend returns a list's head as of its newest page, and the writes of the parts
// that it sheds. Whoever writes a part writes the same. pending has everything
// after page from, which h must have.
func extend(list string, h head, pending []added, from int64) (head, []sidecar.Op, error) {
	if h.N < from {
		return h, nil, errBehind
	}
	h.add(pending)
	parts := h.shed(list)
	return h, parts, nil
}

var errBehind = errors.New("the list was written by another since it was read")

// add appends the entries of pages after h's.
func (h *head) add(pending []added) {
	for _, a := range pending {
		if a.pos > h.N {
			h.Entries.join(a.lines)
			h.N = a.pos
		}
	}
}

// shed takes full parts off h and returns their writes.
func (h *head) shed(list string) (ops []sidecar.Op) {
	for h.Entries.n >= partSize {
		part := h.Entries.cut(partSize)
		ops = append(ops, sidecar.Put(partKey(list, h.Base/partSize), part.array(nil)))
		h.Base += partSize
	}
	return ops
}

// readHead is the inverse of encode; a missing document is an empty list.
func readHead(doc sidecar.Doc) (head, error) {
	if !doc.Found() {
		return head{}, nil
	}
	if h, ok := cutHead(doc.Value); ok {
		return h, nil
	}
	var h head
	if err := json.Unmarshal(doc.Value, &h); err != nil { // a store may have written the JSON anew, in its own way
		return h, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	return h, nil
}

// cutHead reads what looks as encode left it.
func cutHead(value []byte) (h head, ok bool) {
	rest, ok := bytes.CutPrefix(value, []byte(headFront))
	if !ok {
		return h, false
	}
	n, rest, _ := bytes.Cut(rest, []byte(headBase))
	base, rest, ok := bytes.Cut(rest, []byte(headEntries))
	entries, closed := bytes.CutSuffix(rest, []byte("}"))
	if !ok || !closed || !json.Valid(entries) {
		return h, false
	}
	var errs [3]error
	h.N, errs[0] = strconv.ParseInt(string(n), 10, 64)
	h.Base, errs[1] = strconv.ParseInt(string(base), 10, 64)
	errs[2] = h.Entries.UnmarshalJSON(entries)
	return h, errors.Join(errs[:]...) == nil
}

func readPart(doc sidecar.Doc) ([]Entry, error) {
	var part []Entry
	if err := json.Unmarshal(doc.Value, &part); err != nil || len(part) != partSize {
		return nil, fmt.Errorf("%s cannot be read: %d entries, %w", doc.Key, len(part), err)
	}
	return part, nil
}
