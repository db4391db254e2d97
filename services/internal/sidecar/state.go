package sidecar

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	dapr "github.com/dapr/go-sdk/client"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"orderly/services/internal/problem"
)

// ErrConflict says that a document was not as the writer had seen it: another
// writer was there first, or it exists already.
var ErrConflict = errors.New("state was changed by another writer")

// State is one state store.
type State struct {
	c    *Client
	name string
}

// State returns the store with this component name.
func (c *Client) State(name string) *State { return &State{c, name} }

// Doc is a document as read. A missing one has no Value and no ETag.
type Doc struct {
	Key   string
	Value []byte
	ETag  string
}

// Found reports whether the document exists.
func (d Doc) Found() bool { return len(d.Value) > 0 }

// Op is one write of a transaction.
type Op struct {
	key    string
	value  []byte
	etag   string
	create bool
}

// Create writes a document that must not exist yet.
func Create(key string, value []byte) Op { return Op{key: key, value: value, create: true} }

// Replace writes a document that must still be as seen; one seen missing is created.
func Replace(seen Doc, value []byte) Op {
	return Op{key: seen.Key, value: value, etag: seen.ETag, create: !seen.Found()}
}

// Put writes a document whatever is there: only for keys with a single writer.
func Put(key string, value []byte) Op { return Op{key: key, value: value} }

// Get reads one document.
func (s *State) Get(ctx context.Context, key string) (Doc, error) {
	it, err := s.c.dapr.GetState(ctx, s.name, key, nil)
	if err != nil {
		return Doc{}, s.failed(fmt.Errorf("get %s: %w", key, err))
	}
	return Doc{Key: key, Value: it.Value, ETag: it.Etag}, nil
}

// GetMany reads documents at once; every key asked for is in the answer.
func (s *State) GetMany(ctx context.Context, keys []string) (map[string]Doc, error) {
	docs := make(map[string]Doc, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), 500)
		items, err := s.c.dapr.GetBulkState(ctx, s.name, keys[:n], nil, 100)
		if err != nil {
			return nil, s.failed(fmt.Errorf("get %d documents: %w", n, err))
		}
		for _, k := range keys[:n] {
			docs[k] = Doc{Key: k}
		}
		for _, it := range items {
			if it.Error != "" {
				return nil, s.failed(fmt.Errorf("get %s: %s", it.Key, it.Error))
			}
			docs[it.Key] = Doc{Key: it.Key, Value: it.Value, ETag: it.Etag}
		}
		keys = keys[n:]
	}
	return docs, nil
}

// Apply writes all ops in one transaction. ErrConflict means nothing was
// written; any other error means that the outcome is not known.
func (s *State) Apply(ctx context.Context, ops ...Op) error {
	batch := make([]*dapr.StateOperation, len(ops))
	for i, op := range ops {
		item := &dapr.SetStateItem{Key: op.key, Value: op.value, Options: &dapr.StateOptions{Concurrency: dapr.StateConcurrencyLastWrite, Consistency: dapr.StateConsistencyStrong}}
		if op.create || op.etag != "" {
			item.Options.Concurrency = dapr.StateConcurrencyFirstWrite
		}
		if op.etag != "" {
			item.Etag = &dapr.ETag{Value: op.etag}
		}
		batch[i] = &dapr.StateOperation{Type: dapr.StateOperationTypeUpsert, Item: item}
	}
	err := s.c.dapr.ExecuteStateTransaction(ctx, s.name, nil, batch)
	if err == nil {
		return nil
	}
	if conflict(err) {
		return fmt.Errorf("%s: %w", s.name, ErrConflict)
	}
	return s.failed(fmt.Errorf("write %d documents: %w", len(ops), err))
}

func (s *State) failed(err error) error { return Unavailable(fmt.Errorf("%s: %w", s.name, err)) }

// Unavailable is the problem of a store that cannot be read or written now. It
// is worth asking again, and safe for whoever sends an idempotency key.
func Unavailable(cause error) error {
	return problem.New(http.StatusServiceUnavailable, "store-unavailable", "The store does not answer. Send the same request again.").
		After(time.Second).Because(cause)
}

// conflict recognises a lost race by its text: a transaction answers Internal
// for it as for any other failure (Dapr 1.16).
func conflict(err error) bool {
	switch status.Code(err) { //nolint:exhaustive // every other code is no conflict
	case codes.Aborted:
		return true
	case codes.Internal:
		return strings.Contains(err.Error(), "possible etag mismatch")
	}
	return false
}
