package fakestore

import (
	"bytes"
	"fmt"
	"strconv"

	"orderly/services/internal/sidecar"
)

var (
	sqlite, _ = sidecar.DialectOf("state.sqlite", "v1")
	redis, _  = sidecar.DialectOf("state.redis", "v1")
)

func (s *Store) dialect() sidecar.Dialect {
	switch {
	case s.Dialect != nil:
		return *s.Dialect
	case s.Partial:
		return redis
	}
	return sqlite
}

// takes reports whether a store that has now in this place takes op.
func (s *Store) takes(op sidecar.Op, now sidecar.Doc) bool {
	etag, firstWrite := s.dialect().Write(op)
	exists := now.ETag != ""
	if s.Partial {
		// Redis hears of no first write in a transaction, compares an ETag only with
		// what is there, and overlooks one of a last write.
		return !exists || !firstWrite || etag == "" || etag == now.ETag
	}
	if etag == "" {
		return !firstWrite || !exists
	}
	return etag == now.ETag
}

// whole writes all ops in their order, or none.
func (s *Store) whole(ops []sidecar.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := make([]sidecar.Doc, len(ops))
	for i, op := range ops {
		before[i] = s.docs[op.Key()]
		if !s.takes(op, before[i]) {
			for i--; i >= 0; i-- {
				s.restore(ops[i].Key(), before[i])
			}
			return conflict(op)
		}
		s.put(op)
	}
	return nil
}

func (s *Store) restore(key string, doc sidecar.Doc) {
	if doc.ETag == "" {
		delete(s.docs, key)
		return
	}
	s.docs[key] = doc
}

// some writes those ops that it can, and returns what the first other one met.
func (s *Store) some(ops []sidecar.Op) (first error) {
	skipped := make([]error, len(ops))
	if s.Fault != nil {
		for i, op := range ops {
			skipped[i] = s.Fault("write", []string{op.Key()})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, op := range ops {
		if skipped[i] == nil && !s.takes(op, s.docs[op.Key()]) {
			skipped[i] = conflict(op)
		}
		if skipped[i] == nil {
			s.put(op)
		} else if first == nil {
			first = skipped[i]
		}
	}
	return first
}

// put writes one document; the lock is held. Versions of a Partial store count
// for each document, as Redis's do: equal ones of two documents say nothing.
func (s *Store) put(op sidecar.Op) {
	if s.docs == nil {
		s.docs = map[string]sidecar.Doc{}
	}
	s.tags++
	tag := s.tags
	if s.Partial {
		last, _ := strconv.Atoi(s.docs[op.Key()].ETag)
		tag = last + 1
	}
	s.docs[op.Key()] = sidecar.Doc{Key: op.Key(), Value: bytes.Clone(op.Value()), ETag: strconv.Itoa(tag)}
}

func conflict(op sidecar.Op) error {
	return fmt.Errorf("fakestore: %s: %w", op.Key(), sidecar.ErrConflict)
}
