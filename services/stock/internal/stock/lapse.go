package stock

import (
	"context"
	"errors"
	"time"
)

// Lapse releases a hold whose time is over, and says whether it did.
func (d *Desk) Lapse(orderID string, at time.Time) (bool, error) {
	r := d.reservation(orderID)
	if r.state != Held || r.expiresAt.After(at) {
		return false, nil
	}
	return true, d.move(r, Lapse, "lapsed", at)
}

// sweepLimit is how many holds one sweep ends at most.
const sweepLimit = 1000

// Sweep releases holds whose time is over and returns their orders. What it
// could not release stays due and is in the error.
func (s *Service) Sweep(ctx context.Context) ([]string, error) {
	at := s.at()
	due, err := s.store.Due(ctx, at, sweepLimit)
	if err != nil {
		return nil, err
	}
	did, errs := decideAll(ctx, s.store, due, func(id string) Decision { return Decision{Want: wantOrder(id)} }, func(d *Desk, id string) (bool, error) { return d.Lapse(id, at) })
	var lapsed []string
	for i, id := range due {
		if errs[i] == nil && did[i] {
			lapsed = append(lapsed, id)
		}
	}
	return lapsed, errors.Join(errs...)
}
