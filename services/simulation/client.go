package simulation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"

	"orderly/services/internal/event"
	order "orderly/services/order/wiring"
)

// What is for sale, and how much of it there is at first.
var (
	skus     = []string{"hot", "warm", "cold"}
	atFirst  = map[string]int64{"hot": 6, "warm": 12, "cold": 40}
	buyers   = 4
	wishes   = 4 // of each buyer
	errands  = 6
	patience = 4 // how often one asks again
)

// notes is what clients were answered, for the judge.
type notes struct {
	mu       sync.Mutex
	placed   map[string]string   // order → status as answered
	keys     map[string][]string // idempotency key → ids answered
	paid     map[string]bool     // order → its payment was answered
	gone     map[string]bool     // order → its cancellation was answered
	received map[string]int64    // sku → units answered
	maybe    map[string]int64    // sku → units asked for without an answer
	tomb     map[string]bool     // order released before it was held
	letters  []string            // dead letters
}

func newNotes() *notes {
	return &notes{placed: map[string]string{}, keys: map[string][]string{}, paid: map[string]bool{}, gone: map[string]bool{},
		received: map[string]int64{}, maybe: map[string]int64{}, tomb: map[string]bool{}}
}

func (n *notes) note(do func(*notes)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do(n)
}

func (n *notes) dead(app string, e event.Event, err error) {
	n.note(func(n *notes) { n.letters = append(n.letters, fmt.Sprintf("%s: %s %s: %v", app, e.Type, e.ID, err)) })
}

// hire starts the clients.
func (w *world) hire(ctx context.Context) *sync.WaitGroup {
	var wg sync.WaitGroup
	for i := range buyers {
		c := w.client(fmt.Sprintf("buyer%d", i), uint64(i)+1)
		wg.Go(func() { c.buy(ctx) })
	}
	clerk := w.client("clerk", 100)
	wg.Go(func() { clerk.work(ctx) })
	return &wg
}

// client is somebody outside, with a mind of his own.
type client struct {
	w      *world
	name   string
	rng    *rand.Rand
	orders []string
}

func (w *world) client(name string, n uint64) *client {
	return &client{w: w, name: name, rng: rand.New(rand.NewPCG(w.Seed, n))}
}

// turn waits until the director lets the client ask something.
func (c *client) turn(what string) { c.w.stage.wait(c.name, what) }

// at returns a living process; the client's own choice.
func (c *client) at(service string) *process {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.w.alive[service][c.rng.IntN(replicas)]
}

// buy places orders and leads some of them on.
func (c *client) buy(ctx context.Context) {
	for i := range wishes {
		c.turn(fmt.Sprintf("order %d", i))
		c.place(ctx, i)
		for range c.rng.IntN(4) {
			c.turn("change")
			c.change(ctx)
		}
	}
}

func (c *client) place(ctx context.Context, i int) {
	key := ""
	if c.rng.IntN(2) == 0 {
		key = fmt.Sprintf("%s-key%d", c.name, i)
	}
	first := c.rng.IntN(len(skus))
	items := []order.Item{{SKU: skus[first], Quantity: 1 + c.rng.Int64N(2)}}
	if c.rng.IntN(2) == 0 {
		items = append(items, order.Item{SKU: skus[(first+1)%len(skus)], Quantity: 1 + c.rng.Int64N(2)})
	}
	again := key != "" && c.rng.IntN(3) == 0
	for range patience {
		id, status, err := c.at("order").order.Place(ctx, c.name, items, key)
		if err == nil {
			c.w.notes.note(func(n *notes) {
				n.placed[id] = status
				if key != "" {
					n.keys[key] = append(n.keys[key], id)
				}
			})
			c.orders = append(c.orders, id)
			if !again {
				return
			}
			again = false
		} else if key == "" {
			return // nobody can know
		}
		c.turn("order again")
	}
}

// change does something to an order of the client's own.
func (c *client) change(ctx context.Context) {
	if len(c.orders) == 0 {
		return
	}
	id := c.orders[c.rng.IntN(len(c.orders))]
	at := c.at("order").order
	switch c.rng.IntN(6) {
	case 0:
		if at.Cancel(ctx, id, "changed my mind") == nil {
			c.w.notes.note(func(n *notes) { n.gone[id] = true })
		}
	case 1:
		_ = at.Ship(ctx, id) // allowed or not
	case 2:
		_ = at.Deliver(ctx, id)
	default:
		if at.Pay(ctx, id, "ref-"+id) == nil {
			c.w.notes.note(func(n *notes) { n.paid[id] = true })
		}
	}
}

// work is what happens at the shelf.
func (c *client) work(ctx context.Context) {
	for i := range errands {
		c.turn(fmt.Sprintf("errand %d", i))
		sku := skus[c.rng.IntN(len(skus))]
		switch c.rng.IntN(3) {
		case 0:
			c.receive(ctx, sku, fmt.Sprintf("delivery%d", i))
		case 1:
			c.bury(ctx, fmt.Sprintf("stray%d", i), sku)
		case 2:
			_ = c.at("stock").reserve(ctx, fmt.Sprintf("orphan%d", i), sku, 1)
		}
	}
}

func (c *client) receive(ctx context.Context, sku, reference string) {
	quantity := 1 + c.rng.Int64N(3)
	for range patience {
		if c.at("stock").receive(ctx, sku, quantity, reference) == nil {
			c.w.notes.note(func(n *notes) { n.received[sku] += quantity })
			return
		}
		c.turn("receive again")
	}
	c.w.notes.note(func(n *notes) { n.maybe[sku] += quantity })
}

// bury releases what was not held yet, and holds it then.
func (c *client) bury(ctx context.Context, id, sku string) {
	if c.at("stock").release(ctx, id) != nil {
		return
	}
	c.w.notes.note(func(n *notes) { n.tomb[id] = true })
	c.turn("hold late")
	_ = c.at("stock").reserve(ctx, id, sku, 1)
}
