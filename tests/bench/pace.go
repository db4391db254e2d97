package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Machines change their speed within a run, by a quarter and more where others share them. So every row has echoes
// beside it, before and after, and figures are compared as multiples of those.
const (
	paceClients = 32
	paceWarm    = time.Second
	paceTime    = 6 * time.Second
	loneTime    = 2 * time.Second
)

// pace is how fast the machine is.
type pace struct {
	rate float64 // echoes per second, 32 clients
	lone float64 // ms that one takes, median, 1 client
}

func (p pace) between(q pace) pace { return pace{(p.rate + q.rate) / 2, (p.lone + q.lone) / 2} }

// echoes is the load of row (a).
func (b *bench) echoes(clients int) *load {
	s := b.beside
	to := target{addr(s.SidecarURL("caller")), "/v1.0/invoke/echo/method/echo", "dapr-api-token: " + s.Tokens.Dapr + "\r\n"}
	l := b.load(s, to, uniform, clients)
	l.expect = []int{http.StatusOK}
	return l
}

// pace measures echoes, once the stack s has nothing left to do.
func (b *bench) pace(ctx context.Context, s *system) (p pace, err error) {
	if s != b.beside {
		b.rest(ctx, s)
	}
	defer b.screen.during("echoes, for comparison", nil)()
	many, err := b.paced(ctx, paceClients, paceTime)
	if err != nil {
		return p, err
	}
	one, err := b.paced(ctx, 1, loneTime)
	return pace{float64(len(many.latencies)) / many.window.Seconds(), ms(percentile(one.latencies, 50))}, err
}

// paced measures echoes for so long. One that is not answered as it should be is an error: nothing could be compared
// with the rest.
func (b *bench) paced(ctx context.Context, clients int, span time.Duration) (result, error) {
	l := b.echoes(clients)
	l.warm, l.span = paceWarm, span
	res := l.run(ctx)
	if failed := l.failed.Load(); failed > 0 && ctx.Err() == nil {
		return res, fmt.Errorf("%d echoes beside the rows failed, such as %v", failed, distinct(res.errors))
	}
	return res, context.Cause(ctx)
}
