package simulation

import (
	"context"
	"fmt"
	"sync"
)

// What is for sale, and how much of it there is at first.
var (
	skus    = []string{"hot", "warm", "cold"}
	atFirst = map[string]int64{"hot": 6, "warm": 12, "cold": 40}
)

// open fills the shelves and the address book before anything goes wrong.
func (w *world) open(ctx context.Context) {
	w.stage.end()
	defer w.stage.begin()
	s, n := w.alive["stock"][0].stock, w.alive["notify"][0].notify
	atOnce(len(skus), func(i int) { w.must(s.Product(ctx, skus[i], 100)) })
	atOnce(len(skus), func(i int) { w.must(w.alive["stock"][0].receive(ctx, skus[i], atFirst[skus[i]], "first")) })
	atOnce(buyers/2, func(i int) { w.must(n.SetContact(ctx, fmt.Sprintf("buyer%d", 2*i), "buyer@example.com")) })
	if w.full {
		w.fill(ctx)
	}
}

// fill has the ledger of a SKU longer than a part of a list.
func (w *world) fill(ctx context.Context) {
	const many = 35
	s := w.alive["stock"][0]
	atOnce(many, func(i int) { w.must(s.reserve(ctx, fmt.Sprintf("fill%d", i), skus[2], 1)) })
	atOnce(many, func(i int) { w.must(s.release(ctx, fmt.Sprintf("fill%d", i))) })
}

// atOnce has n things done side by side.
func atOnce(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

func (w *world) must(err error) {
	if err != nil {
		panic(err)
	}
}

// work is what happens at the shelf.
func (c *client) work(ctx context.Context) {
	for i := range errands {
		if !c.turn(fmt.Sprintf("errand %d", i)) {
			return
		}
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
