package simulation

import (
	"context"
	"fmt"

	"orderly/services/internal/event"
	notify "orderly/services/notify/wiring"
	order "orderly/services/order/wiring"
	stock "orderly/services/stock/wiring"
)

// evidence is all that the judge knows of a run: what clients were answered,
// what the broker and the mail server were handed, and what processes that have
// just started say.
type evidence struct {
	weather
	notes        *notes
	mails        *mails
	events       []event.Event            // as they were accepted first
	lost         map[string]bool          // orders whose payment stock was never told of
	orders       []order.Order            // as all are listed
	customer     string                   // one of them
	list         []order.Order            // and his orders
	found        map[string][]order.Order // by what was asked for: a status, or "attention"
	levels       []stock.Level
	ledgers      map[string][]stock.Entry     // by SKU
	reservations map[string]stock.Reservation // of all that stock's pages speak of
	told         map[string][]notify.Notification
	feed         []notify.Line
	wrong        []string // what was seen to be wrong already, or cannot be read
}

func (e *evidence) say(format string, args ...any) {
	e.wrong = append(e.wrong, fmt.Sprintf(format, args...))
}

// gather asks the first process of each service.
func (w *world) gather(ctx context.Context) *evidence {
	w.watch.again()
	e := &evidence{weather: w.weather, notes: w.notes, mails: w.mails, events: w.bus.order, wrong: w.watch.wrong,
		ledgers: map[string][]stock.Entry{}, reservations: map[string]stock.Reservation{}, told: map[string][]notify.Notification{},
		found: map[string][]order.Order{}, lost: map[string]bool{}}
	for _, ev := range e.events {
		if lostPayment(ev) {
			e.lost[ev.Subject] = true
		}
	}
	w.gatherOrders(ctx, e)
	w.gatherStock(ctx, e)
	w.gatherTold(ctx, e)
	return e
}

func (w *world) gatherOrders(ctx context.Context, e *evidence) {
	o := w.alive["order"][0].order
	var err error
	if e.orders, err = o.List(ctx, ""); err != nil {
		e.say("orders cannot be listed: %v", err)
	}
	e.customer = fmt.Sprintf("buyer%d", w.Seed%buyers)
	if e.list, err = o.List(ctx, e.customer); err != nil {
		e.say("orders of %s cannot be listed: %v", e.customer, err)
	}
	for _, status := range order.Statuses {
		if e.found[string(status)], err = o.ByStatus(ctx, string(status)); err != nil {
			e.say("orders that are %s cannot be listed: %v", status, err)
		}
	}
	if e.found[attention], err = o.NeedAttention(ctx); err != nil {
		e.say("orders that need attention cannot be listed: %v", err)
	}
}

func (w *world) gatherStock(ctx context.Context, e *evidence) {
	s := w.alive["stock"][0].stock
	for id := range w.watch.holds {
		r, err := s.Reservation(ctx, id)
		if err != nil {
			e.say("reservation %s: %v", id, err)
			continue
		}
		e.reservations[id] = r
	}
	for _, sku := range skus {
		l, err := s.Level(ctx, sku)
		if err != nil {
			e.say("level of %s: %v", sku, err)
		}
		e.levels = append(e.levels, l)
		if e.ledgers[sku], err = s.Ledger(ctx, sku, 0, 100_000); err != nil {
			e.say("ledger of %s: %v", sku, err)
		}
	}
}

func (w *world) gatherTold(ctx context.Context, e *evidence) {
	n := w.alive["notify"][0].notify
	for _, o := range e.orders {
		var err error
		if e.told[o.ID], err = n.Notifications(ctx, o.ID); err != nil {
			e.say("notifications of %s: %v", o.ID, err)
		}
	}
	for {
		lines, err := n.Feed(ctx, int64(len(e.feed)), 1000)
		if err != nil {
			e.say("feed: %v", err)
		}
		if len(lines) == 0 {
			return
		}
		e.feed = append(e.feed, lines...)
	}
}
