package simulation

import (
	"context"
	"fmt"
	"sync"

	order "orderly/services/order/wiring"
)

// buy places orders and leads some of them on.
func (c *client) buy(ctx context.Context) {
	for i := range wishes {
		if !c.turn(fmt.Sprintf("order %d", i)) {
			return
		}
		c.place(ctx, i)
		for range c.rng.IntN(4) {
			if !c.turn("change") {
				return
			}
			c.change(ctx)
		}
	}
}

// place orders something until there is an answer. Who has no key cannot ask
// again; who has one may do so anyway, and also twice at once.
func (c *client) place(ctx context.Context, i int) {
	key := ""
	if c.rng.IntN(2) == 0 {
		key = fmt.Sprintf("%s-key%d", c.name, i)
	}
	items := c.items()
	again := key != "" && c.rng.IntN(3) == 0
	for range patience {
		var answered bool
		if again && c.rng.IntN(2) == 0 {
			answered = c.askTwice(ctx, items, key)
		} else {
			answered = c.ask(ctx, c.at("order"), items, key)
		}
		if key == "" || (answered && !again) {
			return
		}
		again = again && !answered
		c.turn("order again")
	}
}

// items are of one or two SKUs.
func (c *client) items() []order.Item {
	first := c.rng.IntN(len(skus))
	items := []order.Item{{SKU: skus[first], Quantity: 1 + c.rng.Int64N(2)}}
	if c.rng.IntN(2) == 0 {
		items = append(items, order.Item{SKU: skus[(first+1)%len(skus)], Quantity: 1 + c.rng.Int64N(2)})
	}
	return items
}

// ask places an order and reports whether it was answered.
func (c *client) ask(ctx context.Context, at *process, items []order.Item, key string) bool {
	id, status, err := at.place(ctx, c.name, items, key)
	if err != nil {
		return false
	}
	c.w.notes.note(func(n *notes) {
		n.placed[id] = status
		if key != "" {
			n.keys[key] = append(n.keys[key], id)
		}
		c.orders = append(c.orders, id)
	})
	return true
}

func (c *client) askTwice(ctx context.Context, items []order.Item, key string) bool {
	one, other := c.at("order"), c.at("order")
	var answered [2]bool
	var wg sync.WaitGroup
	wg.Go(func() { answered[0] = c.ask(ctx, one, items, key) })
	wg.Go(func() { answered[1] = c.ask(ctx, other, items, key) })
	wg.Wait()
	return answered[0] || answered[1]
}

// change does something to an order of the client's own.
func (c *client) change(ctx context.Context) {
	if len(c.orders) == 0 {
		return
	}
	id := c.orders[c.rng.IntN(len(c.orders))]
	at := c.at("order")
	switch c.rng.IntN(6) {
	case 0:
		if at.cancelOrder(ctx, id) == nil {
			c.w.notes.note(func(n *notes) { n.gone[id] = true })
		}
	case 1:
		_ = at.order.Ship(ctx, id) // allowed or not
	case 2:
		_ = at.order.Deliver(ctx, id)
	default:
		if at.pay(ctx, id) == nil {
			c.w.notes.note(func(n *notes) { n.paid[id] = true })
		}
	}
}
