package sidecar

import (
	"context"
	"fmt"

	dapr "github.com/dapr/go-sdk/client"
)

// How an op is sent; the SDK only reads them.
var (
	firstWrite = &dapr.StateOptions{Concurrency: dapr.StateConcurrencyFirstWrite, Consistency: dapr.StateConsistencyStrong}
	lastWrite  = &dapr.StateOptions{Concurrency: dapr.StateConcurrencyLastWrite, Consistency: dapr.StateConsistencyStrong}
)

// Apply writes all ops in one transaction. ErrConflict means that the document
// of one was not as seen; a store that is not atomic may have written others.
// Any other error means that the outcome is not known.
func (s *State) Apply(ctx context.Context, ops ...Op) error {
	if len(ops) == 0 {
		return nil
	}
	d, err := s.dialect(ctx)
	if err != nil {
		return s.failed(fmt.Errorf("write %d documents: %w", len(ops), err))
	}
	ctx, done, err := s.writes.begin(ctx, demandOf(ops))
	if err != nil {
		return s.failed(err)
	}
	err = s.send(ctx, d, ops)
	if d.conflict(err) {
		done(nil)
		return fmt.Errorf("%s: %w", s.name, ErrConflict)
	}
	if done(err); err == nil {
		return nil
	}
	return s.failed(fmt.Errorf("write %d documents: %w", len(ops), err))
}

func (s *State) send(ctx context.Context, d Dialect, ops []Op) error {
	items, etags := make([]dapr.SetStateItem, len(ops)), make([]dapr.ETag, len(ops))
	for i, op := range ops {
		etag, first := d.Write(op)
		items[i] = dapr.SetStateItem{Key: op.key, Value: op.value, Options: lastWrite}
		if first {
			items[i].Options = firstWrite
		}
		if etag != "" {
			etags[i].Value = etag
			items[i].Etag = &etags[i]
		}
	}
	if len(ops) == 1 && d.alone {
		return s.c.dapr.SaveBulkState(ctx, s.name, &items[0])
	}
	batch, all := make([]dapr.StateOperation, len(ops)), make([]*dapr.StateOperation, len(ops))
	for i := range batch {
		batch[i] = dapr.StateOperation{Type: dapr.StateOperationTypeUpsert, Item: &items[i]}
		all[i] = &batch[i]
	}
	return s.c.dapr.ExecuteStateTransaction(ctx, s.name, nil, all)
}

// Atomic reports whether Apply writes all ops or none.
func (s *State) Atomic(ctx context.Context) (bool, error) {
	d, err := s.dialect(ctx)
	if err != nil {
		return false, s.failed(err)
	}
	return d.atomic, nil
}

// dialect returns how to speak to the store, once the sidecar has said what it is and
// the store was proven.
func (s *State) dialect(ctx context.Context) (Dialect, error) {
	d, err := s.told(ctx)
	if err != nil {
		return Dialect{}, err
	}
	return d, s.prove(ctx, d)
}

// told returns how to speak to the store, once the sidecar has said what it is.
func (s *State) told(ctx context.Context) (Dialect, error) {
	if known := s.spoken.Load(); known != nil {
		return known.Dialect, nil
	}
	meta, err := s.c.metadata(ctx)
	if err != nil {
		return Dialect{}, fmt.Errorf("sidecar metadata: %w", err)
	}
	for _, c := range meta.Components {
		if c.Name == s.name {
			if err := s.meet(c); err != nil {
				return Dialect{}, err
			}
			return s.spoken.Load().Dialect, nil
		}
	}
	return Dialect{}, fmt.Errorf("component %s is not loaded", s.name)
}

// meet takes in what the sidecar says of the store's component. The error means
// that the store must not be written.
func (s *State) meet(c component) error {
	if err := usable(c, s.c.allowUnknown.Load()); err != nil {
		return err
	}
	d, _ := DialectOf(c.Type, c.Version)
	now := &spoken{d, fullType(c.Type, c.Version)}
	if !s.spoken.CompareAndSwap(nil, now) && s.spoken.Load().typ != now.typ {
		return fmt.Errorf("state store %s was a %s and is a %s now: the service must start anew", s.name, s.spoken.Load().typ, now.typ)
	}
	return nil
}
