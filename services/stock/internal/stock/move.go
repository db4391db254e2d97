package stock

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// move takes a reservation where verb leads, and its goods along the way.
// OutOfStock when they have to be held and cannot be.
func (d *Desk) move(r *Reservation, verb Verb, reason string, at time.Time) error {
	to, err := r.state.Next(verb)
	if err != nil || to == r.state {
		return err
	}
	way := ways[[2]place{r.state.place(), to.place()}]
	if len(way) > 0 && way[0] == KindHeld {
		if short := d.shortages(r.lines); len(short) > 0 {
			return &OutOfStock{OrderID: r.orderID, Shortages: short, Lines: r.lines}
		}
	}
	for _, kind := range way {
		for _, l := range r.lines {
			s := d.find(l.SKU)
			if s == nil {
				return fmt.Errorf("reservation %s holds %s, which has no shelf", r.orderID, l.SKU)
			}
			if _, err := d.record(s, Entry{Kind: kind, Quantity: l.Quantity, OrderID: r.orderID, Reason: reason, At: at}); err != nil {
				return fmt.Errorf("reservation %s, %s: %w", r.orderID, l.SKU, err)
			}
		}
	}
	r.state, r.changedAt = to, at
	d.changes.Reservations = append(d.changes.Reservations, r)
	return nil
}

// shortages returns the lines that are not available, by SKU.
func (d *Desk) shortages(lines []Line) []Shortage {
	var short []Shortage
	for _, l := range lines {
		available := int64(0)
		if s := d.find(l.SKU); s != nil && !s.removed {
			available = s.counters.Available
		}
		if available < l.Quantity {
			short = append(short, Shortage{l.SKU, l.Quantity, available})
		}
	}
	slices.SortFunc(short, func(a, b Shortage) int { return cmp.Compare(a.SKU, b.SKU) })
	return short
}
