package simulation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
)

// What clients do.
const (
	buyers   = 4
	wishes   = 5 // of each buyer
	errands  = 8
	patience = 4 // how often one asks again
)

// hire starts the clients.
func (w *world) hire(ctx context.Context) *sync.WaitGroup {
	var wg sync.WaitGroup
	for i := range buyers {
		c := w.client(fmt.Sprintf("buyer%d", i), uint64(i)+10)
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

// turn waits until the director lets the client ask something. It answers false
// when the client should not begin anything any more.
func (c *client) turn(what string) bool {
	c.w.stage.wait(context.Background(), c.name, atHome, what)
	return !c.w.stage.isClosed()
}

// at returns a living process; the client's own choice.
func (c *client) at(service string) *process {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.w.alive[service][c.rng.IntN(replicas)]
}
