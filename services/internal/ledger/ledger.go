// Package ledger keeps the documents and lists of one service on any Dapr state
// store, many changes to a write and none of them half.
//
// What changed is written as a page: `log:<n>`, one document, which nobody ever
// changes again. Whoever creates it first has decided what came n-th, in all
// replicas; whoever comes second reads it, decides anew and tries n+1. One key
// guarded by one condition is all that is asked of the store, so it does not
// matter whether its transactions are atomic, nor how it says "conflict": after
// any failure a read tells what is there.
//
// The documents themselves (`doc:<key>`, `list:<name>`) are written late, in the
// transaction of a later page, by the one replica that keeps house. Until then
// they live in the memory of every replica, and after a crash they are read
// again from the pages. Each says which page it is as of, so that reading a page
// twice changes nothing.
//
// The idea is that of a write-ahead log with materialised views; deciding by
// creating the next entry first is how table formats on object stores commit
// (Armbrust et al., "Delta Lake", VLDB 2020).
package ledger

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"orderly/services/internal/batch"
	"orderly/services/internal/event"
	"orderly/services/internal/sidecar"
)

// Store is what a ledger needs of a state store. Apply need not be atomic, but
// must say so.
type Store interface {
	// Atomic reports whether Apply writes all ops or none.
	Atomic(ctx context.Context) (bool, error)
	// GetMany reads documents; every key asked for is in the answer.
	GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error)
	// Apply writes ops. After an error any of them may be written or not.
	Apply(ctx context.Context, ops ...sidecar.Op) error
}

// Codec turns documents into values and back. A value is never changed once it
// was given to Put or came from Get: a change puts another one.
type Codec interface {
	Decode(key string, body []byte) (any, error)
	Encode(key string, value any) ([]byte, error)
}

// Options say what a ledger works with.
type Options struct {
	Store   Store
	Codec   Codec
	Replica string // names this process among those that share the store; a restart keeps the name
	Publish func(ctx context.Context, topic string, events []event.Event) error
	Keep    func(key string) bool // documents worth keeping in memory; nil is none
	// Group names the group that a new document is written with, "" for none; nil
	// is none for all. See ByTime.
	Group func(key string) string
	// Marks returns what indexes hold of a document, by its value alone; nil is
	// nothing of any. See Mark.
	Marks func(key string, value any) []Mark
	Now   func() time.Time
	Log   *slog.Logger

	Limits func() Limits // asked again and again; nil is the defaults
}

// Limits of a ledger may change while it works. Zero is the default.
type Limits struct {
	Changes   int // most changes of one page; 256
	Waiting   int // most changes that wait for their page; 4096
	Published int // most events of one publish; 256
}

// Normal returns l with the defaults in the place of zeros.
func (l Limits) Normal() Limits {
	return Limits{cmp.Or(l.Changes, 256), cmp.Or(l.Waiting, 4096), cmp.Or(l.Published, 256)}
}

func (o Options) limits() Limits {
	if o.Limits == nil {
		return Limits{}.Normal()
	}
	return o.Limits().Normal()
}

func (o Options) batch() batch.Limits {
	l := o.limits()
	return batch.Limits{Batch: l.Changes, Waiting: l.Waiting}
}

// Change is one decision.
type Change struct {
	Lane   string   // whose it is: lanes take turns when there is more than one page takes
	Keys   []string // documents that Decide will ask for: they are read at once
	Fresh  []string // documents that nobody can have written yet: they are not read
	Since  int64    // unless 0, nobody can have written Fresh up to this page, and anybody after it
	Decide func(t *Txn) error
}

// Entry is one line of a list.
type Entry struct {
	Pos  int64           `json:"-"` // its place in the list, from 0
	ID   string          `json:"id"`
	At   time.Time       `json:"at"`
	Data json.RawMessage `json:"data,omitempty"`
}
