// Package fakestore is a state store in memory for tests. Its transactions are
// atomic, and a document that is not as its writer saw it is a conflict.
package fakestore

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"sync"

	"orderly/services/internal/sidecar"
)

// Store implements journal.Store. The zero value is an empty store.
type Store struct {
	// Fault, when set, is asked before each call ("get" or "apply") and after
	// each successful write ("applied"); its error is what the caller gets. An
	// error at "applied" is an outcome that the caller cannot know: it is written.
	Fault func(call string, keys []string) error

	mu   sync.Mutex
	docs map[string]sidecar.Doc
	tags int
}

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

// Apply writes all ops, or none and sidecar.ErrConflict.
func (s *Store) Apply(ctx context.Context, ops ...sidecar.Op) error {
	keys := make([]string, len(ops))
	for i, op := range ops {
		keys[i] = op.Key()
	}
	if err := s.fault(ctx, "apply", keys); err != nil {
		return err
	}
	if err := s.write(ops); err != nil {
		return err
	}
	return s.fault(ctx, "applied", keys)
}

func (s *Store) write(ops []sidecar.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := maps.Clone(s.docs)
	if next == nil {
		next = map[string]sidecar.Doc{}
	}
	for _, op := range ops {
		if !op.Fits(next[op.Key()]) {
			return fmt.Errorf("fakestore: %s: %w", op.Key(), sidecar.ErrConflict)
		}
		s.tags++
		next[op.Key()] = sidecar.Doc{Key: op.Key(), Value: append([]byte(nil), op.Value()...), ETag: strconv.Itoa(s.tags)}
	}
	s.docs = next
	return nil
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
