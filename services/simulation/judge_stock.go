package simulation

import (
	order "orderly/services/order/wiring"
	stock "orderly/services/stock/wiring"
)

// judgeReservations wants of each order what must have become of its goods.
func (e *evidence) judgeReservations(orders map[string]order.Order) {
	for id, o := range orders {
		r, known := e.reservations[id]
		want := e.wantReservation(o)
		switch {
		case !known && want != "released":
			e.say("order %s is %s, stock knows nothing of it", id, o.Status)
		case !known || r.Status == want:
		case r.Status == "released" && want == "held" && !e.calm(): // by a clock that was wrong
		case r.Status == "held" && o.Status == "rejected" && e.unheard(id): // until it lapses
		case r.Status == "held" && want == "committed" && !e.outlast && e.lost[id]: // until its time is over
		default:
			e.say("order %s is %s %s, its reservation %s", id, o.Status, o.Attention, r.Status)
		}
	}
	for id, r := range e.reservations {
		if _, there := orders[id]; r.Status == "committed" && !there {
			e.say("reservation %s is sold, and there is no such order", id)
		}
		if r.Status != "released" && e.notes.tomb[id] {
			e.say("reservation %s was released before it was held, and is %s", id, r.Status)
		}
		if r.Status == "held" && e.outlast {
			e.say("reservation %s is held long after its time", id)
		}
	}
}

// unheard reports whether nobody who could have given goods back knew that they
// are held: the answer was lost, or who heard it died.
func (e *evidence) unheard(id string) bool { return len(e.notes.heard[id]) == 0 || e.notes.freed[id] }

// wantReservation is what must have become of an order's goods.
func (e *evidence) wantReservation(o order.Order) string {
	switch o.Status {
	case "confirmed":
		return "held"
	case "paid", "shipped", "delivered":
		for _, ev := range e.events {
			if ev.Type == "stock.commit-failed.v1" && ev.Subject == o.ID {
				return "released"
			}
		}
		return "committed"
	}
	return "released"
}

// judgeShelves adds up what the reservations say, and what the ledgers do.
func (e *evidence) judgeShelves() {
	held, sold := map[string]int64{}, map[string]int64{}
	for _, r := range e.reservations {
		for _, l := range r.Lines {
			switch r.Status {
			case "held":
				held[l.SKU] += l.Quantity
			case "committed":
				sold[l.SKU] += l.Quantity
			}
		}
	}
	for _, l := range e.levels {
		if l.Received != l.Available+l.Reserved+l.Sold || min(l.Available, l.Reserved, l.Sold) < 0 {
			e.say("the counters of %s cannot be: %+v", l.SKU, l)
		}
		if l.Reserved != held[l.SKU] || l.Sold != sold[l.SKU] {
			e.say("%+v, but %d are held and %d sold", l, held[l.SKU], sold[l.SKU])
		}
		least := atFirst[l.SKU] + e.notes.received[l.SKU]
		if most := least + e.notes.maybe[l.SKU]; l.Received < least || l.Received > most {
			e.say("%s: %d received, %d to %d were sent", l.SKU, l.Received, least, most)
		}
		e.judgeLedger(l)
	}
}

// judgeLedger replays the ledger of a SKU.
func (e *evidence) judgeLedger(l stock.Level) {
	c := stock.Level{SKU: l.SKU, Version: int64(len(e.ledgers[l.SKU]))}
	for i, x := range e.ledgers[l.SKU] {
		if x.Sequence != int64(i)+1 {
			e.say("ledger of %s: entry %d has sequence %d", l.SKU, i+1, x.Sequence)
		}
		switch x.Kind {
		case "received", "adjusted":
			c.Received, c.Available = c.Received+x.Quantity, c.Available+x.Quantity
		case "held":
			c.Available, c.Reserved = c.Available-x.Quantity, c.Reserved+x.Quantity
		case "committed":
			c.Reserved, c.Sold = c.Reserved-x.Quantity, c.Sold+x.Quantity
		case "released":
			c.Reserved, c.Available = c.Reserved-x.Quantity, c.Available+x.Quantity
		case "returned":
			c.Sold, c.Available = c.Sold-x.Quantity, c.Available+x.Quantity
		default:
			e.say("ledger of %s: entry %d is %s", l.SKU, i+1, x.Kind)
		}
		if min(c.Available, c.Reserved, c.Sold) < 0 {
			e.say("oversold: %s after %d entries: %+v", l.SKU, i+1, c)
		}
	}
	if c != l {
		e.say("the ledger of %s adds up to %+v, its counters are %+v", l.SKU, c, l)
	}
}
