package stock

// Want names what a decision will look at, as far as its caller knows: it is
// read at once then.
type Want struct {
	SKUs       []string    // shelves
	Products   []string    // SKUs too
	Orders     []string    // reservations
	NewOrders  []string    // reservations that cannot be older than NewSince
	NewSince   int64       // a version of the store
	References []Reference // first answers
}

// Kept shows what is kept; nil is what does not exist.
type Kept interface {
	Shelf(sku string) *Shelf
	Product(sku string) *Product
	Reservation(orderID string) *Reservation
	Answer(ref Reference) *Answer
}

// Desk is where one decision is made. What it puts there is kept as a whole or,
// when the decision fails, not at all; what was kept before never changes.
type Desk struct {
	kept    Kept
	lowAt   int64  // where a product is low that does not say
	shelves []laid // few: to look through them is faster than a map
	changes Changes
}

// laid is a shelf on the desk.
type laid struct {
	*Shelf
	changed bool
}

// NewDesk returns a desk on what is kept. lowAt is where stock is low of a product
// that says no lowStockAt of its own; 0 is nowhere.
func NewDesk(kept Kept, lowAt int64) *Desk { return &Desk{kept: kept, lowAt: lowAt} }

// Changes is what a decision changed, to be kept as a whole.
type Changes struct {
	Shelves      []*Shelf
	Products     []*Product
	Reservations []*Reservation
	Answers      []*Answer // all new
	Entries      []Booked  // in their order, by SKU
	Events       []Event   // to be told, in this order
}

// Booked is an entry of the ledger of one SKU.
type Booked struct {
	SKU string
	Entry
}

// Changes returns what was changed on the desk.
func (d *Desk) Changes() Changes {
	c := d.changes
	for _, s := range d.shelves {
		if s.changed {
			c.Shelves = append(c.Shelves, s.Shelf)
		}
	}
	return c
}

// find returns the shelf of a SKU, nil when there never was one.
func (d *Desk) find(sku string) *Shelf {
	for _, s := range d.shelves {
		if s.sku == sku {
			return s.Shelf
		}
	}
	s := d.kept.Shelf(sku)
	if s != nil {
		d.shelves = append(d.shelves, laid{s, false})
	}
	return s
}

func (d *Desk) put(next *Shelf) {
	for i, s := range d.shelves {
		if s.sku == next.sku {
			d.shelves[i] = laid{next, true}
			return
		}
	}
	d.shelves = append(d.shelves, laid{next, true})
}

// listed returns what the catalogue says of a SKU, nil when it never said
// anything. Where there is no shelf there is nothing to look for.
func (d *Desk) listed(sku string) *Product {
	if d.find(sku) == nil {
		return nil
	}
	return d.kept.Product(sku)
}

// answer returns the first answer to a reference. A shelf that nothing happened
// to has given none.
func (d *Desk) answer(ref Reference) *Answer {
	if s := d.find(ref.SKU); s == nil || s.version == 0 {
		return nil
	}
	return d.kept.Answer(ref)
}

// shelf returns the shelf of a product that exists.
func (d *Desk) shelf(sku string) (*Shelf, error) {
	if s := d.find(sku); s != nil && !s.removed {
		return s, nil
	}
	return nil, &NoProduct{[]string{sku}}
}

// record is the only way a counter changes: by an entry of the ledger.
func (d *Desk) record(s *Shelf, e Entry) (*Shelf, error) {
	e.Sequence = s.version + 1
	next, news, err := s.after(e, d.lowAt)
	if err != nil {
		return nil, err
	}
	d.put(next)
	d.changes.Entries = append(d.changes.Entries, Booked{s.sku, e})
	d.changes.Events = append(d.changes.Events, news...)
	return next, nil
}

// reservation returns the reservation of an order, to be changed; at state None
// when there is none yet.
func (d *Desk) reservation(orderID string) *Reservation {
	r := Reservation{orderID: orderID}
	if kept := d.kept.Reservation(orderID); kept != nil {
		r = *kept
	}
	return &r
}

// shelve has a product kept, and its shelf changed with it.
func (d *Desk) shelve(p Product) Product {
	d.changes.Products = append(d.changes.Products, &p)
	d.put(d.find(p.sku).of(&p))
	return p
}
