package stock

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Want names what a decision looks at.
type Want struct {
	SKUs       []string
	Orders     []string
	References []Reference
}

// Desk is where a decision is made: on it lie the shelves, reservations and
// first answers that were wanted, as one reader saw them. Whatever changes on
// it is kept as a whole or not at all. A verb that fails leaves it as it was.
type Desk struct {
	shelves      map[string]*Shelf
	reservations map[string]*Reservation
	answers      map[Reference]Answer
	fresh        []Answer
	news         []Event
}

// NewDesk returns a desk with what was found; what is missing does not exist.
func NewDesk(shelves []*Shelf, reservations []*Reservation, answers []Answer) *Desk {
	d := &Desk{map[string]*Shelf{}, map[string]*Reservation{}, map[Reference]Answer{}, nil, nil}
	for _, s := range shelves {
		d.shelves[s.sku] = s
	}
	for _, r := range reservations {
		d.reservations[r.orderID] = r
	}
	for _, a := range answers {
		d.answers[a.Reference] = a
	}
	return d
}

// Changes is what a decision changed, to be kept as a whole.
type Changes struct {
	Shelves      []*Shelf       // by SKU
	Reservations []*Reservation // by order id
	Answers      []Answer       // all new
	Events       []Event        // to be told, in this order per subject
}

// Changes returns what was changed on the desk.
func (d *Desk) Changes() Changes {
	c := Changes{Answers: d.fresh, Events: d.news}
	for _, sku := range slices.Sorted(maps.Keys(d.shelves)) {
		if s := d.shelves[sku]; s.changed {
			c.Shelves = append(c.Shelves, s)
			c.Events = append(c.Events, s.news...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.reservations)) {
		if r := d.reservations[id]; r.changed {
			c.Reservations = append(c.Reservations, r)
		}
	}
	return c
}

// shelf returns the shelf of a product that exists.
func (d *Desk) shelf(sku string) (*Shelf, error) {
	if s := d.shelves[sku]; s != nil && !s.removed {
		return s, nil
	}
	return nil, &NoProduct{[]string{sku}}
}

// reservation returns the reservation of an order, at state None when there is
// none yet.
func (d *Desk) reservation(orderID string) *Reservation {
	if d.reservations[orderID] == nil {
		d.reservations[orderID] = &Reservation{orderID: orderID}
	}
	return d.reservations[orderID]
}

// move takes a reservation where verb leads, and its goods along the way.
// OutOfStock, and nothing moved, when they have to be held and cannot be.
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
			s := d.shelves[l.SKU]
			if s == nil {
				return fmt.Errorf("reservation %s holds %s, which has no shelf", r.orderID, l.SKU)
			}
			if err := s.record(Entry{Kind: kind, Quantity: l.Quantity, OrderID: r.orderID, Reason: reason, At: at}); err != nil {
				return fmt.Errorf("reservation %s, %s: %w", r.orderID, l.SKU, err)
			}
		}
	}
	r.state, r.changedAt, r.changed = to, at, true
	return nil
}

// shortages returns the lines that are not available, by SKU.
func (d *Desk) shortages(lines []Line) []Shortage {
	var short []Shortage
	for _, l := range lines {
		available := int64(0)
		if s := d.shelves[l.SKU]; s != nil && !s.removed {
			available = s.counters.Available
		}
		if available < l.Quantity {
			short = append(short, Shortage{l.SKU, l.Quantity, available})
		}
	}
	slices.SortFunc(short, func(a, b Shortage) int { return cmp.Compare(a.SKU, b.SKU) })
	return short
}
