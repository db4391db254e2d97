package stock

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"
)

// Adjustment puts right a count that was wrong.
type Adjustment struct {
	reference Reference
	delta     int64
	reason    string
}

// NewAdjustment refuses a delta of 0 or beyond ±MaxCount, a reason that is not 1
// to 200 characters, and a missing reference.
func NewAdjustment(sku string, delta int64, reason, reference string) (Adjustment, error) {
	if delta == 0 || delta > MaxCount || delta < -MaxCount {
		return Adjustment{}, invalid("delta", "range", "must be a whole number other than 0")
	}
	if n := utf8.RuneCountInString(reason); n < 1 || n > 200 {
		return Adjustment{}, invalid("reason", "length", "must be 1 to 200 characters")
	}
	return Adjustment{Reference{sku, reference}, delta, reason}, checkReference(reference)
}

// Adjust changes what was received and is available by delta, once per
// reference. BelowZero when less than that is available.
func (d *Desk) Adjust(a Adjustment, at time.Time) (Changed, error) {
	got, err := d.once(a.reference, Entry{Kind: KindAdjusted, Quantity: a.delta, Reference: a.reference.Name, Reason: a.reason, At: at})
	if errors.Is(err, ErrTooFew) {
		err = &BelowZero{d.find(a.reference.SKU).counters.Available}
	}
	return got, err
}

// Adjust puts right the count of a SKU, once per reference.
func (s *Service) Adjust(ctx context.Context, a Adjustment) (Changed, error) {
	at := s.at()
	return decide(ctx, s.store, wantOnce(a.reference), func(d *Desk) (Changed, error) { return d.Adjust(a, at) })
}
