package simulation

import (
	"slices"

	order "orderly/services/order/wiring"
)

// judge returns what is wrong.
func (e *evidence) judge() []string {
	orders := map[string]order.Order{}
	for _, o := range e.orders {
		if _, twice := orders[o.ID]; twice {
			e.say("order %s is listed twice", o.ID)
		}
		orders[o.ID] = o
	}
	e.judgeAnswers(orders)
	e.judgeList(orders)
	e.judgeIndex(orders)
	e.judgeEvents(orders)
	e.judgeHistories()
	e.judgeReservations(orders)
	e.judgeShelves()
	e.judgeNotifications()
	e.judgeMails()
	e.judgeOrderOfMails()
	e.judgeFeed()
	for _, l := range e.notes.letters {
		e.say("dead letter: %s", l)
	}
	slices.Sort(e.wrong)
	return e.wrong
}

// judgeAnswers holds the system to what it told its clients.
func (e *evidence) judgeAnswers(orders map[string]order.Order) {
	for id, status := range e.notes.placed {
		o, there := orders[id]
		switch {
		case !there:
			e.say("order %s was answered %s and is gone", id, status)
		case status == "rejected" && o.Status != "rejected":
			e.say("order %s was rejected and is %s", id, o.Status)
		case status == "confirmed" && !slices.Contains(o.History, "order.confirmed.v1"):
			e.say("order %s was confirmed, its history is %v", id, o.History)
		}
	}
	for key, ids := range e.notes.keys {
		for _, id := range ids {
			if id != ids[0] {
				e.say("key %s has orders %v", key, ids)
			}
		}
	}
	for id := range e.notes.paid {
		if !slices.Contains(orders[id].History, "order.paid.v1") {
			e.say("order %s was paid, its history is %v", id, orders[id].History)
		}
	}
	for id := range e.notes.gone {
		if orders[id].Status != "cancelled" {
			e.say("order %s was cancelled and is %s", id, orders[id].Status)
		}
	}
}

// judgeList wants every order of a customer in his list, once, and no other.
func (e *evidence) judgeList(orders map[string]order.Order) {
	listed := map[string]bool{}
	for _, o := range e.list {
		if _, there := orders[o.ID]; !there || o.Customer != e.customer || listed[o.ID] {
			e.say("order %s of %s is in the list of %s, or twice, or there only", o.ID, o.Customer, e.customer)
		}
		listed[o.ID] = true
	}
	for id, o := range orders {
		if o.Customer == e.customer && !listed[id] {
			e.say("order %s is not in the list of %s", id, e.customer)
		}
	}
}

// attention is what orders are asked for that wait for an operator.
const attention = "attention"

// judgeIndex wants exactly those orders found by status, and by attention, that say so
// of themselves.
func (e *evidence) judgeIndex(orders map[string]order.Order) {
	listed := map[string]bool{}
	for asked, found := range e.found {
		for _, o := range found {
			if o = orders[o.ID]; listed[asked+o.ID] || (o.Status != asked && (asked != attention || o.Attention == "")) {
				e.say("order %s is %s %s, and found as %s, or twice", o.ID, o.Status, o.Attention, asked)
			}
			listed[asked+o.ID] = true
		}
	}
	for id, o := range orders {
		if !listed[o.Status+id] || (o.Attention != "" && !listed[attention+id]) {
			e.say("order %s is %s %s, and not found as that", id, o.Status, o.Attention)
		}
	}
}

// judgeHistories wants every order in a state in which it can stay, with a
// history that led there.
func (e *evidence) judgeHistories() {
	for _, o := range e.orders {
		if int(o.Version) != len(o.History) {
			e.say("order %s has version %d and %d events", o.ID, o.Version, len(o.History))
		}
		if o.Status == "pending" {
			e.say("order %s is pending for ever", o.ID)
		}
		if o.Status == "confirmed" && e.outlast {
			e.say("order %s is confirmed long after its time to pay", o.ID)
		}
	}
}

// judgeEvents wants every event of every order published, each for the first
// time after the one before.
func (e *evidence) judgeEvents(orders map[string]order.Order) {
	published := map[string][]int64{}
	for _, ev := range e.events {
		published[ev.Source+ev.Subject] = append(published[ev.Source+ev.Subject], int64(ev.Sequence))
		if o, there := orders[ev.Subject]; ev.Source == "/orders" && (!there || int(ev.Sequence) > len(o.History) || o.History[ev.Sequence-1] != ev.Type) {
			e.say("event %s (%s) was published of nothing", ev.ID, ev.Type)
		}
	}
	for subject, sequences := range published {
		for i, n := range sequences {
			if n != int64(i)+1 {
				e.say("events of %s came out as %v", subject, sequences)
				break
			}
		}
	}
	for id, o := range orders {
		if n := len(published["/orders"+id]); n != len(o.History) {
			e.say("order %s has %d events, %d were published", id, len(o.History), n)
		}
	}
}
