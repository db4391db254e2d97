package stock

import (
	"context"
	"slices"
	"time"
)

// Item is how much of one SKU is asked for.
type Item struct {
	SKU      string
	Quantity int64
}

// Ask is a wish to reserve.
type Ask struct {
	orderID string
	lines   []Line // not priced yet
	ttl     time.Duration
	since   int64 // a version of the store that the order id is younger than; 0 when nobody says
	trace   string
}

// Of says of which trace the ask is, as a W3C traceparent, when it comes together
// with those of others.
func (a Ask) Of(trace string) Ask {
	a.trace = trace
	return a
}

// NewSince says that the order's id was made up by who had been told of this
// version before: then up to it nobody can have reserved for it.
func (a Ask) NewSince(version int64) Ask {
	a.since = version
	return a
}

// NewAsk refuses a missing order id, other than 1 to 100 distinct SKUs, a
// quantity outside 1..1000000, and a time to live outside 1 s to 30 days.
func NewAsk(orderID string, items []Item, ttl time.Duration) (Ask, error) {
	a := Ask{orderID: orderID, ttl: ttl}
	for _, i := range items {
		a.lines = append(a.lines, Line{SKU: i.SKU, Quantity: i.Quantity})
	}
	switch {
	case orderID == "" || len(orderID) > 128:
		return a, invalid("orderId", "id", "must be 1 to 128 characters")
	case ttl < time.Second || ttl > MaxTTL:
		return a, invalid("ttlSeconds", "range", "must be a whole number from 1 to 2592000")
	}
	return a, checkLines(a.lines)
}

// Holding is the answer to one Ask. Replayed says that it is the first answer,
// given again.
type Holding struct {
	Reservation Reservation
	Replayed    bool
	Err         error
}

// Hold sets aside all that is asked for, or nothing. An order that was asked
// for before gets its first answer, whatever is asked now; a refusal is not
// remembered, except that what was released stays so. Who asks again shortly before the
// hold ends has the whole time anew, and after it has lapsed it is as if nobody had asked.
func (d *Desk) Hold(ask Ask, at time.Time) (Holding, error) {
	r := d.reservation(ask.orderID)
	switch {
	case r.state == Held && r.expiresAt.Sub(at) < ask.ttl/2:
		d.prolong(r, at.Add(ask.ttl))
		return Holding{*r, true, nil}, nil
	case r.state == Lapsed && !r.failedAt.IsZero(): // its order was paid, and there was nothing to sell
		return Holding{*r, true, nil}, ErrReleased
	case r.state != None && r.state != Lapsed:
		_, err := r.state.Next(Hold)
		return Holding{*r, true, nil}, err
	}
	var err error
	if r.lines, err = d.price(ask.lines); err != nil {
		return Holding{}, err
	}
	r.expiresAt = at.Add(ask.ttl)
	err = d.move(r, Hold, "", at)
	return Holding{Reservation: *r}, err
}

// price returns lines at the catalogue's prices. All must exist and be of one
// currency.
func (d *Desk) price(lines []Line) ([]Line, error) {
	priced := slices.Clone(lines)
	var unknown []string
	for i, l := range priced {
		s, err := d.shelf(l.SKU)
		if err != nil {
			unknown = append(unknown, l.SKU)
			continue
		}
		priced[i].UnitPrice = s.price
	}
	if len(unknown) > 0 {
		return nil, &UnknownItems{unknown}
	}
	for _, l := range priced {
		if l.UnitPrice.currency != priced[0].UnitPrice.currency {
			return nil, ErrMixedCurrencies
		}
	}
	return priced, nil
}

// Hold reserves for one order.
func (s *Service) Hold(ctx context.Context, ask Ask) Holding { return s.HoldAll(ctx, []Ask{ask})[0] }

// HoldAll reserves for many orders, each on its own and in this order, and
// answers in this order.
func (s *Service) HoldAll(ctx context.Context, asks []Ask) []Holding {
	at := s.at()
	got, errs := decideAll(ctx, s.store, asks, Ask.about, func(d *Desk, ask Ask) (Holding, error) { return d.Hold(ask, at) })
	for i, err := range errs {
		if err != nil {
			got[i] = Holding{Err: err}
		}
	}
	return got
}

func (a Ask) about() Decision {
	want := Want{SKUs: skusOf(a.lines)}
	if a.since > 0 {
		want.NewOrders, want.NewSince = []string{a.orderID}, a.since
	} else {
		want.Orders = []string{a.orderID}
	}
	return Decision{Want: want, Trace: a.trace}
}

// Version is what an Ask may be NewSince of.
func (s *Service) Version() int64 { return s.store.Version() }
