package simulation

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	order "orderly/services/order/wiring"
	stock "orderly/services/stock/wiring"
)

// judge reads everything back, through processes that have just started, and
// returns what is wrong.
func (w *world) judge(ctx context.Context) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	o, s := w.alive["order"][0], w.alive["stock"][0]
	orders, err := o.order.List(ctx, "")
	if err != nil {
		return []string{"orders cannot be listed: " + err.Error()}
	}
	byID := map[string]order.Order{}
	for _, one := range orders {
		if _, twice := byID[one.ID]; twice {
			say("order %s is listed twice", one.ID)
		}
		byID[one.ID] = one
	}
	w.judgeAnswers(byID, say)
	w.judgeHistories(byID, say)
	w.judgeShelves(ctx, s, byID, say)
	w.judgeNotifications(ctx, byID, say)
	w.judgeLists(ctx, byID, say)
	for _, l := range w.notes.letters {
		say("dead letter: %s", l)
	}
	sort.Strings(wrong)
	return wrong
}

// judgeAnswers holds the system to what it told its clients.
func (w *world) judgeAnswers(orders map[string]order.Order, say func(string, ...any)) {
	for id, status := range w.notes.placed {
		o, there := orders[id]
		switch {
		case !there:
			say("order %s was answered %s and is gone", id, status)
		case status == "rejected" && o.Status != "rejected":
			say("order %s was rejected and is %s", id, o.Status)
		case status == "confirmed" && !slices.Contains(o.History, "order.confirmed.v1"):
			say("order %s was confirmed, its history is %v", id, o.History)
		}
	}
	for key, ids := range w.notes.keys {
		for _, id := range ids {
			if id != ids[0] {
				say("key %s has orders %v", key, ids)
			}
		}
	}
	for id := range w.notes.paid {
		if !slices.Contains(orders[id].History, "order.paid.v1") {
			say("order %s was paid, its history is %v", id, orders[id].History)
		}
	}
	for id := range w.notes.gone {
		if orders[id].Status != "cancelled" {
			say("order %s was cancelled and is %s", id, orders[id].Status)
		}
	}
}

// judgeHistories wants every event of every order published, each for the first
// time after the one before.
func (w *world) judgeHistories(orders map[string]order.Order, say func(string, ...any)) {
	published := map[string][]int64{}
	for _, e := range w.bus.order {
		if e.Source == "/orders" || e.Source == "/stock" {
			published[e.Source+e.Subject] = append(published[e.Source+e.Subject], int64(e.Sequence))
		}
	}
	for subject, sequences := range published {
		for i, n := range sequences {
			if n != int64(i)+1 {
				say("events of %s came out as %v", subject, sequences)
				break
			}
		}
	}
	for id, o := range orders {
		if int(o.Version) != len(o.History) {
			say("order %s has version %d and %d events", id, o.Version, len(o.History))
		}
		if n := len(published["/orders"+id]); n != len(o.History) {
			say("order %s has %d events, %d were published", id, len(o.History), n)
		}
		if o.Status == "pending" {
			say("order %s is pending for ever", id)
		}
	}
	for _, e := range w.bus.order {
		if o, there := orders[e.Subject]; e.Source == "/orders" && (!there || int(e.Sequence) > len(o.History)) {
			say("event %s was published of nothing", e.ID)
		}
	}
}

// judgeShelves adds up what the reservations say, and what the ledgers do.
func (w *world) judgeShelves(ctx context.Context, s *process, orders map[string]order.Order, say func(string, ...any)) {
	held, sold := map[string]int64{}, map[string]int64{}
	for id := range w.reservations(say) {
		r, err := s.stock.Reservation(ctx, id)
		if err != nil {
			say("reservation %s: %v", id, err)
			continue
		}
		for _, l := range r.Lines {
			switch r.Status {
			case "held":
				held[l.SKU] += l.Quantity
			case "committed":
				sold[l.SKU] += l.Quantity
			}
		}
		if r.Status != "released" && w.notes.tomb[id] {
			say("reservation %s was released before it was held, and is %s", id, r.Status)
		}
		if o, there := orders[id]; there && r.Status != w.wantReservation(o) {
			say("order %s is %s %s, its reservation %s", id, o.Status, o.Attention, r.Status)
		}
	}
	for id, o := range orders {
		if want := w.wantReservation(o); want == "held" || want == "committed" {
			if r, err := s.stock.Reservation(ctx, id); err != nil || r.Status != want {
				say("order %s is %s, its reservation %v %v", id, o.Status, r.Status, err)
			}
		}
	}
	for _, sku := range skus {
		l, err := s.stock.Level(ctx, sku)
		if err != nil {
			say("level of %s: %v", sku, err)
			continue
		}
		if l.Reserved != held[sku] || l.Sold != sold[sku] || l.Received != l.Available+l.Reserved+l.Sold || l.Available < 0 {
			say("%+v, but %d are held and %d sold", l, held[sku], sold[sku])
		}
		if got, least := l.Received, atFirst[sku]+w.notes.received[sku]; got < least || got > least+w.notes.maybe[sku] {
			say("%s: %d received, %d to %d were sent", sku, got, least, least+w.notes.maybe[sku])
		}
		w.judgeLedger(ctx, s, l, say)
	}
}

// wantReservation is what must have become of an order's goods.
func (w *world) wantReservation(o order.Order) string {
	switch o.Status {
	case "confirmed":
		return "held"
	case "paid", "shipped", "delivered":
		if w.bus.accepted["stock/"+o.ID+".1"] > 0 { // stock.commit-failed.v1
			return "released"
		}
		return "committed"
	}
	return "released"
}

// judgeLedger replays the ledger of a SKU.
func (w *world) judgeLedger(ctx context.Context, s *process, l stock.Level, say func(string, ...any)) {
	entries, err := s.stock.Ledger(ctx, l.SKU, 0, 100_000)
	if err != nil {
		say("ledger of %s: %v", l.SKU, err)
		return
	}
	c := stock.Level{SKU: l.SKU, Version: int64(len(entries))}
	for i, e := range entries {
		if e.Sequence != int64(i)+1 {
			say("ledger of %s: entry %d has sequence %d", l.SKU, i+1, e.Sequence)
		}
		switch e.Kind {
		case "received", "adjusted":
			c.Received, c.Available = c.Received+e.Quantity, c.Available+e.Quantity
		case "held":
			c.Available, c.Reserved = c.Available-e.Quantity, c.Reserved+e.Quantity
		case "committed":
			c.Reserved, c.Sold = c.Reserved-e.Quantity, c.Sold+e.Quantity
		case "released":
			c.Reserved, c.Available = c.Reserved-e.Quantity, c.Available+e.Quantity
		case "returned":
			c.Sold, c.Available = c.Sold-e.Quantity, c.Available+e.Quantity
		}
		if c.Available < 0 || c.Reserved < 0 || c.Sold < 0 {
			say("oversold: %s after %d entries: %+v", l.SKU, i+1, c)
		}
	}
	if c != l {
		say("the ledger of %s adds up to %+v, its counters are %+v", l.SKU, c, l)
	}
}

// reservations are the ids that stock's pages speak of.
func (w *world) reservations(say func(string, ...any)) map[string]bool {
	ids := map[string]bool{}
	for key, doc := range w.stores["stock"].Docs() {
		if !strings.HasPrefix(key, "log:") {
			continue
		}
		var p struct {
			Docs []struct {
				Key string `json:"k"`
			} `json:"docs"`
		}
		if err := readPage(doc.Value, &p); err != nil {
			say("%s: %v", key, err)
		}
		for _, d := range p.Docs {
			if id, ok := strings.CutPrefix(d.Key, "hold:"); ok {
				ids[id] = true
			}
		}
	}
	return ids
}
