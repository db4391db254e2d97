package simulation

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"orderly/services/internal/event"
	notify "orderly/services/notify/wiring"
	order "orderly/services/order/wiring"
	stock "orderly/services/stock/wiring"
)

// right is what is known of a run in which nothing went wrong: ann has an order
// that was delivered, one that waits for its payment, one for which there was no
// stock, and one that was paid when its goods had gone. Another was cancelled.
func right() *evidence {
	n := newNotes()
	n.placed = map[string]string{"a": "confirmed", "b": "confirmed", "c": "rejected", "d": "pending"}
	n.keys = map[string][]string{"key": {"a", "a"}}
	n.paid, n.gone, n.tomb = map[string]bool{"a": true}, map[string]bool{"e": true}, map[string]bool{"stray": true}
	n.received, n.maybe = map[string]int64{"hot": 2}, map[string]int64{"hot": 1}
	e := &evidence{weather: weather{wrong: mild}, notes: n, mails: newMails(), customer: "ann",
		levels:       []stock.Level{{SKU: "hot", Received: 8, Available: 5, Reserved: 1, Sold: 2, Version: 7}},
		ledgers:      map[string][]stock.Entry{},
		reservations: map[string]stock.Reservation{},
		told:         map[string][]notify.Notification{},
		found:        map[string][]order.Order{},
	}
	for i, x := range []stock.Entry{{Kind: "received", Quantity: 6}, {Kind: "held", Quantity: 2}, {Kind: "held", Quantity: 1}, {Kind: "received", Quantity: 2},
		{Kind: "committed", Quantity: 2}, {Kind: "held", Quantity: 1}, {Kind: "released", Quantity: 1}} {
		x.Sequence = int64(i) + 1
		e.ledgers["hot"] = append(e.ledgers["hot"], x)
	}
	e.reserve("a", "committed", 2)
	e.reserve("b", "held", 1)
	e.reserve("d", "released", 1)
	e.reserve("e", "released", 1)
	e.reserve("stray", "released", 0)
	e.order("a", "ann", "delivered", "order.confirmed.v1", "order.paid.v1", "order.shipped.v1", "order.delivered.v1")
	e.order("b", "ann", "confirmed", "order.placed.v1", "order.confirmed.v1")
	e.order("c", "ann", "rejected", "order.rejected.v1")
	e.order("d", "ann", "paid", "order.placed.v1", "order.confirmed.v1", "order.paid.v1", "order.attention.v1")
	e.order("e", "bob", "cancelled", "order.confirmed.v1", "order.cancelled.v1")
	e.events = append(e.events, event.Event{ID: "d.1", Source: "/stock", Subject: "d", Sequence: 1, Type: "stock.commit-failed.v1"})
	return e
}

func (e *evidence) reserve(id, status string, quantity int64) {
	e.reservations[id] = stock.Reservation{OrderID: id, Status: status, Lines: []stock.Line{{SKU: "hot", Quantity: quantity}}}
}

// order adds an order, and all that follows from its history.
func (e *evidence) order(id, customer, status string, history ...string) {
	o := order.Order{ID: id, Customer: customer, Status: status, Version: int64(len(history)), History: history}
	e.orders = append(e.orders, o)
	e.found[status] = append(e.found[status], o)
	if customer == e.customer {
		e.list = append(e.list, o)
	}
	for i, typ := range history {
		ev := event.Event{ID: fmt.Sprintf("%s.%d", id, i+1), Source: "/orders", Subject: id, Sequence: event.Sequence(i) + 1, Type: typ}
		e.events = append(e.events, ev)
		if !concerns(typ) {
			continue
		}
		e.told[id] = append(e.told[id], notify.Notification{EventID: ev.ID, Channel: "email", Status: "sent", Attempts: 1})
		e.feed = append(e.feed, notify.Line{Pos: int64(len(e.feed)) + 1, EventID: ev.ID})
		e.mails.accept(ev.ID+".status.customer.html", time.Time{}, true)
	}
}

func TestTheJudgeFindsNothingWrongWhereNothingIs(t *testing.T) {
	assert.Empty(t, right().judge())
}

// TestTheJudgeFindsWhatIsWrong spoils the right world, once in each way.
func TestTheJudgeFindsWhatIsWrong(t *testing.T) {
	for want, spoil := range wrongs {
		t.Run(want, func(t *testing.T) {
			e := right()
			spoil(e)
			assert.Contains(t, e.judge(), want)
		})
	}
}

// What a clock that was set explains is not held against anybody.
func TestTheJudgeMakesAllowances(t *testing.T) {
	e := right()
	e.reserve("b", "released", 1)
	e.levels[0] = stock.Level{SKU: "hot", Received: 8, Available: 6, Sold: 2, Version: 8}
	e.ledgers["hot"] = append(e.ledgers["hot"], stock.Entry{Sequence: 8, Kind: "released", Quantity: 1})
	assert.Equal(t, []string{"order b is confirmed , its reservation released"}, e.judge())
	e.wrong, e.weather.wrong = nil, time.Minute
	assert.Empty(t, e.judge())

	e = right()
	e.reserve("c", "held", 0)
	e.notes.heard["c"] = []string{"order-1"}
	assert.Equal(t, []string{"order c is rejected , its reservation held"}, e.judge())
	e.wrong, e.notes.freed["c"] = nil, true // it asked to give back, and was not heard
	assert.Empty(t, e.judge())
}
