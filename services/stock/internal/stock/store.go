package stock

import (
	"context"
	"time"
)

// Store keeps shelves, products, reservations and first answers.
type Store interface {
	// View shows look a desk for reading only. It may run again.
	View(ctx context.Context, want Want, look func(*Desk) error) error
	// Change makes decisions, each on a desk of its own, in this order, and
	// answers each when what it changed is kept, as a whole. A decision only
	// computes: it may run again, and even when its caller has left. Its own error
	// is its answer, and then nothing is kept; after any other nobody knows.
	Change(ctx context.Context, decisions ...Decision) []error
	// Ledger returns up to limit entries with a sequence above after.
	Ledger(ctx context.Context, sku string, after int64, limit int) ([]Entry, error)
	// SKUs returns up to limit SKUs that ever had a product, sorted, which start
	// with prefix and come after after.
	SKUs(ctx context.Context, prefix, after string, limit int) ([]string, error)
	// Version returns a number that never falls, and is higher after each change.
	Version() int64
	// Due returns up to limit orders whose holds expire at now or before.
	Due(ctx context.Context, now time.Time, limit int) ([]string, error)
}

// Decision is what happens on one desk.
type Decision struct {
	Want   Want
	Trace  string // W3C traceparent that its events carry; that of the call when empty
	Decide func(*Desk) error
}

// decide has one decision made and returns what came out of it.
func decide[T any](ctx context.Context, store Store, want Want, verb func(*Desk) (T, error)) (T, error) {
	var out, none T
	errs := store.Change(ctx, Decision{Want: want, Decide: func(d *Desk) (err error) {
		out, err = verb(d)
		return err
	}})
	if errs[0] != nil {
		return none, errs[0] // out is not ours yet: the decision may run still
	}
	return out, nil
}

// decideAll has one decision made about each item and returns what came out of
// each, which is nothing where there is an error.
func decideAll[I, T any](ctx context.Context, store Store, items []I, about func(I) Decision, verb func(*Desk, I) (T, error)) ([]T, []error) {
	made, out, decisions := make([]T, len(items)), make([]T, len(items)), make([]Decision, len(items))
	for i, item := range items {
		decisions[i] = about(item)
		decisions[i].Decide = func(d *Desk) (err error) {
			made[i], err = verb(d, item)
			return err
		}
	}
	errs := store.Change(ctx, decisions...)
	for i, err := range errs {
		if err == nil {
			out[i] = made[i]
		}
	}
	return out, errs
}

// look returns what verb finds on a desk.
func look[T any](ctx context.Context, store Store, want Want, verb func(*Desk) (T, error)) (T, error) {
	var out, none T
	err := store.View(ctx, want, func(d *Desk) (err error) {
		out, err = verb(d)
		return err
	})
	if err != nil {
		return none, err
	}
	return out, nil
}
