package stocktest

import (
	"fmt"

	"orderly/services/stock/internal/stock"
)

// Judge returns what is wrong with all that is kept: every shelf adds up and is
// what its ledger says, what reservations hold is what shelves have reserved and
// sold, and the events of each subject have no gap.
func (s *Store) Judge() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	reserved, sold := map[string]int64{}, map[string]int64{}
	for _, r := range s.kept.reservations {
		for _, l := range r.Lines {
			switch r.State { //nolint:exhaustive // the others have nothing
			case stock.Held:
				reserved[l.SKU] += l.Quantity
			case stock.Committed:
				sold[l.SKU] += l.Quantity
			}
		}
	}
	for sku, shelf := range s.kept.shelves {
		c := shelf.Counters
		if err := c.Check(); err != nil {
			return fmt.Errorf("%s: %w", sku, err)
		}
		if replayed, err := stock.Replay(s.ledgers[sku]); err != nil || replayed != c {
			return fmt.Errorf("%s is %+v, its ledger says %+v, %w", sku, c, replayed, err)
		}
		if c.Reserved != reserved[sku] || c.Sold != sold[sku] {
			return fmt.Errorf("%s is %+v, its reservations hold %d and bought %d", sku, c, reserved[sku], sold[sku])
		}
		if n := len(s.ledgers[sku]); int64(n) != shelf.Version {
			return fmt.Errorf("%s has version %d and %d entries", sku, shelf.Version, n)
		}
		for i, e := range s.ledgers[sku] {
			if e.Sequence != int64(i)+1 {
				return fmt.Errorf("%s: entry %d has sequence %d", sku, i+1, e.Sequence)
			}
		}
	}
	last := map[string]int64{}
	for _, e := range s.events {
		if last[e.Subject]++; e.Sequence != last[e.Subject] {
			return fmt.Errorf("%s: event %d has sequence %d", e.Subject, last[e.Subject], e.Sequence)
		}
	}
	return nil
}
