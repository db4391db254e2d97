package wiring

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/order/internal/api"
	"orderly/services/order/internal/order"
)

// Item is a quantity of a product. Price is in minor units, 0 while not known.
type Item struct {
	SKU      string
	Quantity int64
	Price    int64
}

// Order is an order as a simulation sees it.
type Order struct {
	ID        string
	Customer  string
	Status    string
	Items     []Item
	Version   int64
	Attention string
	ExpiresAt time.Time // zero when it no longer can
	History   []string  // types of its events, oldest first
}

// Place places an order as POST /v1/orders does; key may be empty. An order that
// stock could not hold is an answer like any other: status "rejected".
func (r *Rooms) Place(ctx context.Context, customer string, items []Item, key string) (id, status string, err error) {
	ask := order.Request{CustomerID: customer, Key: key}
	for _, it := range items {
		ask.Items = append(ask.Items, order.Item{SKU: it.SKU, Quantity: it.Quantity})
	}
	placed, err := r.placing.Do(ctx, customer, order.Placement{Ctx: ctx, Request: ask})
	if err == nil {
		err = placed.Err
	}
	if short, ok := errors.AsType[*order.OutOfStock](err); ok {
		return short.OrderID, string(order.Rejected), nil
	}
	return placed.Order.ID(), string(placed.Order.Status()), err
}

// Pay pays the order's total.
func (r *Rooms) Pay(ctx context.Context, id, reference string) error {
	o, err := r.orders.Get(ctx, id)
	if err != nil {
		return err
	}
	p := order.Payment{Reference: reference}
	if total := o.Total(); total != nil {
		p.Amount = *total
	}
	_, err = r.orders.Pay(ctx, id, p)
	return err
}

// Ship hands an order to a carrier.
func (r *Rooms) Ship(ctx context.Context, id string) error {
	_, err := r.orders.Ship(ctx, id, "carrier", "number")
	return err
}

// Deliver ends an order's journey.
func (r *Rooms) Deliver(ctx context.Context, id string) error {
	_, err := r.orders.Deliver(ctx, id)
	return err
}

// Cancel gives an order up.
func (r *Rooms) Cancel(ctx context.Context, id, reason string) error {
	_, err := r.orders.Cancel(ctx, id, reason)
	return err
}

// Get returns an order.
func (r *Rooms) Get(ctx context.Context, id string) (Order, error) {
	o, err := r.orders.Get(ctx, id)
	if err != nil {
		return Order{}, err
	}
	return look(o), nil
}

// Lookup answers the body of POST /v1/orders/lookup.
func (r *Rooms) Lookup(ctx context.Context, body []byte) ([]byte, error) {
	found, err := api.Lookup(ctx, r.orders, body)
	if err != nil {
		return nil, problem.Table(api.Problems).Of(err)
	}
	return json.Marshal(found)
}

// List returns the orders of a customer, or of all when it is empty, newest first.
func (r *Rooms) List(ctx context.Context, customer string) ([]Order, error) {
	return r.list(ctx, order.Filter{CustomerID: customer, Limit: 200})
}

// Statuses are those that an order can have.
var Statuses = order.Statuses()

// ByStatus returns the orders in a status, newest first, page by page.
func (r *Rooms) ByStatus(ctx context.Context, status string) ([]Order, error) {
	return r.list(ctx, order.Filter{Statuses: []order.Status{order.Status(status)}, Limit: 7})
}

// NeedAttention returns the orders that wait for an operator.
func (r *Rooms) NeedAttention(ctx context.Context) ([]Order, error) {
	return r.list(ctx, order.Filter{Attention: order.AttentionStock, Limit: 7})
}

func (r *Rooms) list(ctx context.Context, f order.Filter) ([]Order, error) {
	var all []Order
	for {
		page, next, err := r.orders.List(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, o := range page {
			all = append(all, look(o))
		}
		if next == "" {
			return all, nil
		}
		f.Cursor = next
	}
}

// Sweep settles pending orders and expires unpaid ones, as the tick of each
// second does.
func (r *Rooms) Sweep(ctx context.Context) error {
	_, err := r.orders.Sweep(ctx)
	return err
}

// Hear handles an event of topic stock. An error that is Final must not come
// again, any other must.
func (r *Rooms) Hear(ctx context.Context, e event.Event) error { return api.Hear(ctx, r.orders, e) }

func look(o order.Order) Order {
	seen := Order{ID: o.ID(), Customer: o.CustomerID(), Status: string(o.Status()), Version: o.Version(), Attention: o.Attention(), ExpiresAt: o.ExpiresAt()}
	for _, it := range o.Items() {
		item := Item{SKU: it.SKU, Quantity: it.Quantity}
		if it.UnitPrice != nil {
			item.Price = it.UnitPrice.Amount
		}
		seen.Items = append(seen.Items, item)
	}
	for _, e := range o.History() {
		seen.History = append(seen.History, string(e.Type))
	}
	return seen
}

// Final reports whether asking again with the same input can only fail again.
func Final(err error) bool { return err != nil && problem.Table(api.Problems).Of(err).Final() }
