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
	paceTime    = 3 * time.Second
)

// echoes is the load of row (a).
func (b *bench) echoes(clients int) *load {
	s := b.beside
	to := target{addr(s.SidecarURL("caller")), "/v1.0/invoke/echo/method/echo", "dapr-api-token: " + s.Tokens.Dapr + "\r\n"}
	l := b.load(s, to, uniform, clients)
	l.expect = []int{http.StatusOK}
	return l
}

// pace measures how many echoes per second there are now, once the stack s has nothing left to do. An echo that is not
// answered as it should be is an error: nothing could be compared with the rest.
func (b *bench) pace(ctx context.Context, s *system) (float64, error) {
	if s != b.beside {
		b.rest(ctx, s)
	}
	done := b.screen.during("echoes, for comparison", nil)
	defer done()
	l := b.echoes(paceClients)
	l.warm, l.span = paceWarm, paceTime
	res := l.run(ctx)
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if failed := l.failed.Load(); failed > 0 {
		return 0, fmt.Errorf("%d echoes beside the rows failed, such as %v", failed, distinct(res.errors))
	}
	return float64(len(res.latencies)) / res.window.Seconds(), nil
}
