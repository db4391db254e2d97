package harness

import (
	"encoding/json"
	"errors"
	"fmt"
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
}

// Verdict says everything that is wrong: an answered order that is lost or went back, a repeat that made a second
// order, stock that does not add up, an event that is missing, a customer told twice or not at all.
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
	return errors.Join(wrong...)
}

// ToldOnce says whether each event of an order led to exactly one notification on each channel that was used.
func ToldOnce(history []Step, told []Notification) error {
	events := 0
	for _, step := range history {
		if step.Type != "order.attention.v1" { // for the operator, not for the customer
			events++
		}
	}
	if err := notTwice(told); err != nil {
		return err
	}
	perChannel := map[string]int{}
	for _, n := range told {
		perChannel[n.Channel]++
	}
	for channel, n := range perChannel {
		if n != events {
			return fmt.Errorf("%d events, %d notifications by %s", events, n, channel)
		}
	}
	if len(perChannel) == 0 {
		return errors.New("nobody was told")
	}
	return nil
}

// notTwice says whether a notification was repeated.
func notTwice(told []Notification) error {
	type once struct{ channel, template string }
	count := map[once]int{}
	for _, n := range told {
		count[once{n.Channel, n.Template}]++
	}
	for what, n := range count {
		if n != 1 {
			return fmt.Errorf("%d notifications %s by %s", n, what.template, what.channel)
		}
	}
	return nil
}
