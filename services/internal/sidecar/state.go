package sidecar

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"orderly/services/internal/problem"
)

// ErrConflict says that a document was not as the writer had seen it: another
// writer was there first, or it exists already. The other one may be the writer
// himself: a retry policy of the sidecar (resiliency) repeats a write that was
// kept and whose answer was lost.
var ErrConflict = errors.New("state was changed by another writer")

// State is one state store.
type State struct {
	c      *Client
	name   string
	spoken atomic.Pointer[spoken]
	sound  atomic.Bool // see prove

	reads, writes *usage
	probed        string // what probeWrite wrote last
}

// spoken is a type of component and its dialect.
type spoken struct {
	Dialect
	typ string
}

// State returns the store with this component name. Of which type it is the
// sidecar says, once it is there; see Check for one that cannot be used.
func (c *Client) State(name string) *State {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.states[name] == nil {
		s := &State{c: c, name: name}
		s.reads, s.writes = newUsage(name, "cannot be read", rest, s.probeRead), newUsage(name, "cannot be written", rest, s.probeWrite)
		s.reads.busy, s.writes.busy = c.busy, c.busy
		s.writes.needs = s.reads // a decision that is written was made on what was read, and what came of it is read
		c.states[name] = s
	}
	return c.states[name]
}

// Doc is a document as read. A missing one has no Value and no ETag.
type Doc struct {
	Key   string
	Value []byte
	ETag  string
}

// Found reports whether the document exists.
func (d Doc) Found() bool { return len(d.Value) > 0 }

// Get reads one document.
func (s *State) Get(ctx context.Context, key string) (Doc, error) {
	ctx, done, err := s.reads.begin(ctx, 0)
	if err != nil {
		return Doc{}, s.failed(err)
	}
	doc, err := s.get(ctx, key)
	done(err)
	if err != nil {
		return Doc{}, s.failed(err)
	}
	return doc, nil
}

func (s *State) get(ctx context.Context, key string) (Doc, error) {
	it, err := s.c.dapr.GetState(ctx, s.name, key, nil)
	if err != nil {
		return Doc{}, fmt.Errorf("get %s: %w", key, err)
	}
	return Doc{Key: key, Value: it.Value, ETag: it.Etag}, nil
}

// GetMany reads documents at once; every key asked for is in the answer.
func (s *State) GetMany(ctx context.Context, keys []string) (map[string]Doc, error) {
	d, err := s.dialect(ctx)
	if err != nil {
		return nil, s.failed(err)
	}
	if len(keys) == 1 {
		doc, err := s.Get(ctx, keys[0])
		return map[string]Doc{keys[0]: doc}, err
	}
	docs := make(map[string]Doc, len(keys))
	for some := range slices.Chunk(keys, 500) {
		if err := s.getSome(ctx, some, docs); err != nil {
			return nil, err
		}
		if !d.leavesOut {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(some), func(k string) bool { return docs[k].Found() })
		if err := s.getLeftOut(ctx, missing, docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (s *State) getSome(ctx context.Context, keys []string, into map[string]Doc) error {
	ctx, done, err := s.reads.begin(ctx, 0)
	if err != nil {
		return s.failed(err)
	}
	items, err := s.c.dapr.GetBulkState(ctx, s.name, keys, nil, 100)
	for _, it := range items {
		if err == nil && it.Error != "" { // of a store that is asked for each, the call itself never fails
			err = errors.New(it.Key + ": " + it.Error)
		}
	}
	done(err)
	if err != nil {
		return s.failed(fmt.Errorf("get %d documents: %w", len(keys), err))
	}
	for _, k := range keys {
		into[k] = Doc{Key: k}
	}
	for _, it := range items {
		into[it.Key] = Doc{Key: it.Key, Value: it.Value, ETag: it.Etag}
	}
	return nil
}

func (s *State) failed(err error) error { return Unavailable(fmt.Errorf("%s: %w", s.name, err)) }

// Unavailable is the problem of a store that cannot be read or written now. It
// is worth asking again, and safe for whoever sends an idempotency key.
func Unavailable(cause error) error {
	return problem.New(http.StatusServiceUnavailable, "store-unavailable", "The store does not answer. Send the same request again.").
		After(time.Second).Because(cause)
}
