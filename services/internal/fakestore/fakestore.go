// Package fakestore is a state store in memory for tests. It is spoken to as the
// sidecar package speaks to a store of its kind, and treats what it is told as
// that kind does.
package fakestore

import (
	"context"
	"maps"
	"sync"

	"orderly/services/internal/sidecar"
)

// Store is what a ledger needs of a store. The zero value is an empty
// one, atomic as SQLite, PostgreSQL, MySQL and Dapr's in-memory store are.
type Store struct {
	// Partial makes it like Redis: what does not fit is skipped, and the rest is
	// written all the same; see takes for what fits.
	Partial bool
	// Dialect, when set, is how the store is spoken to, right or wrong.
	Dialect *sidecar.Dialect
	// Fault, when set, is asked before each call ("get" or "apply") and after
	// each successful write ("applied"); its error is what the caller gets. An
	// error at "applied" is an outcome that the caller cannot know: it is written.
	// A Partial store also asks for each document ("write"), and skips it on an
	// error.
	Fault func(call string, keys []string) error

	mu   sync.Mutex
	docs map[string]sidecar.Doc
	tags int
}

// Atomic reports whether Apply writes all ops or none.
func (s *Store) Atomic(context.Context) (bool, error) { return s.dialect().Atomic(), nil }

// Get reads one document; a missing one has no Value and no ETag.
func (s *Store) Get(ctx context.Context, key string) (sidecar.Doc, error) {
	docs, err := s.GetMany(ctx, []string{key})
	return docs[key], err
}

// GetMany reads documents; every key asked for is in the answer.
func (s *Store) GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error) {
	if err := s.fault(ctx, "get", keys); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]sidecar.Doc, len(keys))
	for _, k := range keys {
		doc := s.docs[k]
		doc.Key = k
		out[k] = doc
	}
	return out, nil
}

// Apply writes all ops, or returns an error: sidecar.ErrConflict when one did not
// fit. An atomic store has written none of them then.
func (s *Store) Apply(ctx context.Context, ops ...sidecar.Op) error {
	keys := make([]string, len(ops))
	for i, op := range ops {
		keys[i] = op.Key()
	}
	if err := s.fault(ctx, "apply", keys); err != nil {
		return err
	}
	write := s.whole
	if s.Partial {
		write = s.some
	}
	if err := write(ops); err != nil {
		return err
	}
	return s.fault(ctx, "applied", keys)
}

// Docs returns a copy of everything that is stored, by key.
func (s *Store) Docs() map[string]sidecar.Doc {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.docs)
}

func (s *Store) fault(ctx context.Context, call string, keys []string) error {
	if err := ctx.Err(); err != nil && call != "applied" {
		return err
	}
	if s.Fault == nil {
		return nil
	}
	return s.Fault(call, keys)
}
