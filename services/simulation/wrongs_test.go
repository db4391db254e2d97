package simulation

import (
	"slices"
	"time"

	"orderly/services/internal/event"
	notify "orderly/services/notify/wiring"
	order "orderly/services/order/wiring"
)

// wrongs are the ways in which a world can be wrong, by what the judge says.
var wrongs = map[string]func(*evidence){
	// Answers that were not kept.
	"order z was answered confirmed and is gone":                                                   func(e *evidence) { e.notes.placed["z"] = "confirmed" },
	"order b was rejected and is confirmed":                                                        func(e *evidence) { e.notes.placed["b"] = "rejected" },
	"order c was confirmed, its history is [order.rejected.v1]":                                    func(e *evidence) { e.notes.placed["c"] = "confirmed" },
	"key key has orders [a b]":                                                                     func(e *evidence) { e.notes.keys["key"][1] = "b" },
	"order b was paid, its history is [order.placed.v1 order.confirmed.v1]":                        func(e *evidence) { e.notes.paid["b"] = true },
	"order b was cancelled and is confirmed":                                                       func(e *evidence) { e.notes.gone["b"] = true },
	"reservation b was released before it was held, and is held":                                   func(e *evidence) { e.notes.tomb["b"] = true },
	"hot: 8 received, 9 to 10 were sent":                                                           func(e *evidence) { e.notes.received["hot"] = 3 },
	"hot: 8 received, 6 to 7 were sent":                                                            func(e *evidence) { e.notes.received["hot"] = 0 },
	"dead letter: stock: order.paid.v1 a.2: malformed":                                             func(e *evidence) { e.notes.letters = []string{"stock: order.paid.v1 a.2: malformed"} },
	"order b is pending for ever":                                                                  func(e *evidence) { e.orders[1].Status = "pending" },
	"order b is confirmed long after its time to pay":                                              func(e *evidence) { e.outlast = true },
	"reservation b is held long after its time":                                                    func(e *evidence) { e.outlast = true },
	"order b has version 3 and 2 events":                                                           func(e *evidence) { e.orders[1].Version = 3 },
	"order b is listed twice":                                                                      func(e *evidence) { e.orders = append(e.orders, e.orders[1]) },
	"order b is not in the list of ann":                                                            func(e *evidence) { e.list = slices.Delete(e.list, 1, 2) },
	"order b of ann is in the list of ann, or twice, or there only":                                func(e *evidence) { e.list = append(e.list, e.list[1]) },
	"order e of bob is in the list of ann, or twice, or there only":                                func(e *evidence) { e.list = append(e.list, e.orders[4]) },
	"order z of ann is in the list of ann, or twice, or there only":                                func(e *evidence) { e.list = append(e.list, order.Order{ID: "z", Customer: "ann"}) },
	"order b is confirmed , and not found as that":                                                 func(e *evidence) { e.found["confirmed"] = nil },
	"order d is paid stock, and not found as that":                                                 func(e *evidence) { e.orders[3].Attention = "stock" },
	"order b is confirmed , and found as paid, or twice":                                           func(e *evidence) { e.found["paid"] = append(e.found["paid"], e.orders[1]) },
	"order b is confirmed , and found as confirmed, or twice":                                      func(e *evidence) { e.found["confirmed"] = append(e.found["confirmed"], e.orders[1]) },
	"order b has 2 events, 1 were published":                                                       func(e *evidence) { e.unpublish("b.2") },
	"events of /ordersa came out as [1 3 4]":                                                       func(e *evidence) { e.unpublish("a.2") },
	"events of /ordersa came out as [2 1 3 4]":                                                     func(e *evidence) { e.events[0], e.events[1] = e.events[1], e.events[0] },
	"event z.1 (order.placed.v1) was published of nothing":                                         func(e *evidence) { e.publish("z.1", "z", 1, "order.placed.v1") },
	"event b.3 (order.paid.v1) was published of nothing":                                           func(e *evidence) { e.publish("b.3", "b", 3, "order.paid.v1") },
	"event b.2 (order.expired.v1) was published of nothing":                                        func(e *evidence) { e.unpublish("b.2"); e.publish("b.2", "b", 2, "order.expired.v1") },
	"order b is confirmed , its reservation released":                                              func(e *evidence) { e.reserve("b", "released", 1) },
	"order a is delivered , its reservation held":                                                  func(e *evidence) { e.reserve("a", "held", 2) },
	"order e is cancelled , its reservation committed":                                             func(e *evidence) { e.reserve("e", "committed", 1) },
	"order b is confirmed, stock knows nothing of it":                                              func(e *evidence) { delete(e.reservations, "b") },
	"order d is paid , its reservation released":                                                   func(e *evidence) { e.events = e.events[:len(e.events)-1] },
	"{SKU:hot Received:8 Available:5 Reserved:1 Sold:2 Version:7}, but 4 are held and 2 sold":      func(e *evidence) { e.reserve("b", "held", 4) },
	"the counters of hot cannot be: {SKU:hot Received:8 Available:6 Reserved:1 Sold:2 Version:7}":  func(e *evidence) { e.levels[0].Available = 6 },
	"oversold: hot after 3 entries: {SKU:hot Received:6 Available:-1 Reserved:7 Sold:0 Version:7}": func(e *evidence) { e.ledgers["hot"][2].Quantity = 5 },
	"ledger of hot: entry 3 has sequence 4":                                                        func(e *evidence) { e.ledgers["hot"][2].Sequence = 4 },
	"ledger of hot: entry 3 is eaten":                                                              func(e *evidence) { e.ledgers["hot"][2].Kind = "eaten" },
	"the ledger of hot adds up to {SKU:hot Received:8 Available:4 Reserved:2 Sold:2 Version:6}, its counters are {SKU:hot Received:8 Available:5 Reserved:1 Sold:2 Version:7}": func(e *evidence) { e.ledgers["hot"] = e.ledgers["hot"][:6] },
	// What customers were told.
	"customer of b was told of b.2 (order.confirmed.v1) 0 times": func(e *evidence) { e.told["b"] = e.told["b"][:1] },
	"customer of b was told of b.1 (order.placed.v1) 2 times":    func(e *evidence) { e.told["b"] = append(e.told["b"], e.told["b"][0]) },
	"customer of d was told of d.4 (order.attention.v1) 1 times": func(e *evidence) { e.tell("d", "d.4") },
	"customer of b was told of b.3 by email, which never was":    func(e *evidence) { e.tell("b", "b.3") },
	"notification b.1 by email is failed after 2 attempts":       func(e *evidence) { e.told["b"][0].Status, e.told["b"][0].Attempts = "failed", 2 },
	"notification b.1 is sent, and no mail arrived":              func(e *evidence) { delete(e.mails.sent, "b.1.status.customer.html") },
	"mail b.1.status.customer.html was sent again after 0s":      func(e *evidence) { e.mails.accept("b.1.status.customer.html", time.Time{}, true) },
	"event b.1 is in the feed again":                             func(e *evidence) { e.feed = append(e.feed, notify.Line{Pos: 13, EventID: "b.1"}) },
	"event b.1 is not in the feed":                               func(e *evidence) { e.feed = slices.Delete(e.feed, 4, 5) },
	"line 7 of the feed is the 5th":                              func(e *evidence) { e.feed[4].Pos = 7 },
}

func (e *evidence) publish(id, subject string, sequence event.Sequence, typ string) {
	e.events = append(e.events, event.Event{ID: id, Source: "/orders", Subject: subject, Sequence: sequence, Type: typ})
}

func (e *evidence) unpublish(id string) {
	e.events = slices.DeleteFunc(e.events, func(ev event.Event) bool { return ev.Source == "/orders" && ev.ID == id })
}

func (e *evidence) tell(id, event string) {
	e.told[id] = append(e.told[id], notify.Notification{EventID: event, Channel: "email", Status: "suppressed"})
}
