package stock

import (
	"context"
	"errors"
	"slices"
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

const (
	sweepLimit  = 500 // holds of one sweep
	sweepAtOnce = 20  // holds of one transaction
)

// Sweep releases holds whose time is over and returns their orders. What it
// could not release stays due and is in the error.
func (s *Service) Sweep(ctx context.Context) ([]string, error) {
	at := s.at()
	due, err := s.store.Due(ctx, at, sweepLimit)
	if err != nil {
		return nil, err
	}
	var all []string
	var failed []error
	for some := range slices.Chunk(due, sweepAtOnce) {
		var lapsed []string
		err := s.store.Change(ctx, Want{Orders: some}, func(d *Desk) error {
			lapsed = nil
			for _, id := range some {
				did, err := d.Lapse(id, at)
				if err != nil {
					return err
				}
				if did {
					lapsed = append(lapsed, id)
				}
			}
			return nil
		})
		if err != nil {
			failed = append(failed, err)
			continue
		}
		all = append(all, lapsed...)
	}
	return all, errors.Join(failed...)
}
