package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Attempt is an order that a customer asked for, and the most that was answered about it.
type Attempt struct {
	Customer string
	Key      string // the same in every repeat
	OrderID  string // empty when no answer came: then the order may exist, once
	Status   string // the last one answered
}

// World is what the system shows once it has settled.
type World struct {
	Received  map[string]int64 // what the story took into stock
	Units     map[string]Units
	Orders    map[string]Order // every order of every customer of the story
	History   map[string][]Step
	Published map[string][]json.RawMessage
	Told      map[string][]Notification
	Channels  map[string][]string           // by customer: those that were asked for
	Arrived   map[string]map[string][]int64 // by order and channel: the sequences of the messages as they came, repeats too
}

// Verdict says everything that is wrong: an answered order that is lost or went back, a repeat that made a second
// order, stock that does not add up, an event that is missing, a customer told twice or not at all, or who was told and has
// received nothing.
func (w World) Verdict(attempts []Attempt) error {
	var wrong []error
	asked := map[string]int{}
	for _, a := range attempts {
		asked[a.Customer]++
		if a.OrderID == "" {
			continue
		}
		o, exists := w.Orders[a.OrderID]
		switch {
		case !exists:
			wrong = append(wrong, fmt.Errorf("order %s was answered as %s and is gone", a.OrderID, a.Status))
		case !canBecome(a.Status, o.Status):
			wrong = append(wrong, fmt.Errorf("order %s was answered as %s and is %s", a.OrderID, a.Status, o.Status))
		}
	}
	made := map[string]int{}
	for _, o := range w.Orders {
		made[o.CustomerID]++
		wrong = append(wrong, w.order(o))
	}
	for customer, n := range made {
		if n > asked[customer] {
			wrong = append(wrong, fmt.Errorf("customer %s asked for %d orders and has %d", customer, asked[customer], n))
		}
	}
	return errors.Join(append(wrong, w.stock())...)
}

// stock compares the counters with what the orders hold and took.
func (w World) stock() error {
	held, sold := map[string]int64{}, map[string]int64{}
	for _, o := range w.Orders {
		for _, it := range o.Items {
			switch o.Status {
			case "confirmed":
				held[it.SKU] += it.Quantity
			case "paid", "shipped", "delivered":
				sold[it.SKU] += it.Quantity
			}
		}
	}
	var wrong []error
	for sku, received := range w.Received {
		wrong = append(wrong, w.Units[sku].Are(received-held[sku]-sold[sku], held[sku], sold[sku]))
	}
	return errors.Join(wrong...)
}

// order compares an order with its history, its published events and what its customer was told.
func (w World) order(o Order) error {
	var wrong []error
	bad := func(format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("order %s: "+format, append([]any{o.ID}, args...)...))
	}
	if o.Status == "pending" {
		bad("is still pending")
	}
	history := w.History[o.ID]
	if err := Replays(history, o); err != nil {
		bad("%w", err)
	}
	published, err := InSequence(w.Published[o.ID])
	if err != nil {
		bad("%w", err)
	}
	if len(published) != len(history) {
		bad("%d events, %d published", len(history), len(published))
	}
	for i := range min(len(published), len(history)) {
		if published[i].Type != history[i].Type {
			bad("event %d is %s and was published as %s", i+1, history[i].Type, published[i].Type)
		}
	}
	if err := ToldOnce(history, w.Told[o.ID]); err != nil {
		bad("%w", err)
	}
	for _, n := range w.Told[o.ID] {
		// Every customer of the traffic has left addresses that work.
		if n.Status != "sent" && !w.overtaken(o.ID, n) {
			bad("%s by %s is %s: %s", n.Template, n.Channel, n.Status, n.Error)
		}
	}
	for _, channel := range w.Channels[o.CustomerID] {
		if missing := w.missing(o.ID, channel); len(missing) > 0 {
			bad("messages %v never arrived by %s", missing, channel)
		}
	}
	return errors.Join(wrong...)
}

// missing are the sequences of events that a customer should have been told of on a channel and was not.
func (w World) missing(order, channel string) (all []int64) {
	for _, step := range w.History[order] {
		dropped := slices.ContainsFunc(w.Told[order], func(n Notification) bool {
			return n.Channel == channel && TypeOf(n.Template) == step.Type && w.overtaken(order, n)
		})
		if forCustomer(step) && !dropped && !slices.Contains(w.Arrived[order][channel], step.Sequence) {
			all = append(all, step.Sequence)
		}
	}
	return all
}

// overtaken says whether a notification was rightly left out: a newer message of the order has arrived on its channel. What
// ends an order, or says that there is none, is told however late it is.
func (w World) overtaken(order string, n Notification) bool {
	if n.Status != "suppressed" || n.Error != "a newer message was sent" ||
		!slices.Contains([]string{"placed", "confirmed", "paid", "shipped"}, n.Template) {
		return false
	}
	at := slices.IndexFunc(w.History[order], func(s Step) bool { return s.Type == TypeOf(n.Template) })
	return at >= 0 && slices.ContainsFunc(w.Arrived[order][n.Channel], func(came int64) bool {
		return came > w.History[order][at].Sequence
	})
}

// Arrivals counts the messages that came more than once, and those that came after a later one of the same order and channel.
func (w World) Arrivals() (repeated, swapped int) {
	for _, channels := range w.Arrived {
		for _, sequences := range channels {
			seen, last := map[int64]bool{}, int64(0)
			for _, n := range sequences {
				switch {
				case seen[n]:
					repeated++
				case n < last:
					swapped++
				}
				seen[n], last = true, max(last, n)
			}
		}
	}
	return repeated, swapped
}

// forCustomer says whether an event is one that customers are told of; others are for the operator.
func forCustomer(s Step) bool { return s.Type != "order.attention.v1" }
