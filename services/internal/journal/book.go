// Package journal keeps append-only lists in a state store and what follows
// from them: an outbox, work that falls due, and listings.
//
// A list is one head document, which holds the newest entries, and full pages
// of older ones that never change. Appending rewrites the head under its ETag
// in the transaction of the document it speaks of, so an entry exists exactly
// when its document does (on stores whose transactions are atomic).
package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/sidecar"
)

// Store is what the journal needs of a state store.
type Store interface {
	Get(ctx context.Context, key string) (sidecar.Doc, error)
	GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error)
	Apply(ctx context.Context, ops ...sidecar.Op) error
}

// Entry is one line of a list.
type Entry struct {
	Pos   int64        `json:"-"`               // its place in the list, from 0
	ID    string       `json:"id"`              // what it speaks of
	At    time.Time    `json:"at"`              // when
	Due   *time.Time   `json:"due,omitempty"`   // the thing asks for work then; nil settles it
	Topic string       `json:"topic,omitempty"` // of Event
	Event *event.Event `json:"event,omitempty"` // to be published
}

// Append asks for entries at the end of a list.
type Append struct {
	List    string
	Entries []Entry
}

// pageSize is how many entries a page holds. Appending rewrites up to one page.
const pageSize = 50

// head is the newest part of a list: entries from position Base on.
type head struct {
	Base    int64   `json:"base"`
	Entries []Entry `json:"entries"`
}

// Book is the lists of one state store. Other processes that write the same
// lists are met as conflicts.
type Book struct {
	store Store

	mu      sync.Mutex
	queue   []*commit
	running bool
	changed chan struct{} // closed and renewed after each commit
}

// NewBook returns the book of a store.
func NewBook(store Store) *Book {
	return &Book{store: store, changed: make(chan struct{})}
}

// The number of a page stands before its list's name, which may hold anything:
// no page of one list has the key of another list.
func headKey(list string) string          { return "list:" + list }
func pageKey(list string, n int64) string { return fmt.Sprintf("page:%d:%s", n, list) }

// extend returns the writes that append to a list whose head is doc.
func extend(doc sidecar.Doc, a Append) ([]sidecar.Op, error) {
	h, err := readHead(doc)
	if err != nil {
		return nil, err
	}
	h.Entries = append(h.Entries, a.Entries...)
	var ops []sidecar.Op
	for len(h.Entries) >= pageSize {
		page, err := json.Marshal(h.Entries[:pageSize])
		if err != nil {
			return nil, err
		}
		ops = append(ops, sidecar.Put(pageKey(a.List, h.Base/pageSize), page))
		h.Base, h.Entries = h.Base+pageSize, h.Entries[pageSize:]
	}
	value, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	return append(ops, sidecar.Replace(doc, value)), nil
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

// Changed returns a channel that is closed by the next commit of this process.
func (b *Book) Changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed
}
