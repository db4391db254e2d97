package main

import (
	"context"
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

// pace measures how many echoes per second there are now, once the stack s has nothing left to do.
func (b *bench) pace(ctx context.Context, s *system) float64 {
	if s != b.beside {
		b.rest(ctx, s)
	}
	done := b.screen.during("echoes, for comparison", nil)
	defer done()
	l := b.echoes(paceClients)
	l.warm, l.span = paceWarm, paceTime
	res := l.run(ctx)
	return float64(len(res.latencies)) / res.window.Seconds()
}

// paced has a row measured between echoes. Those after one row are those before the next.
func (b *bench) paced(ctx context.Context, s *system, r *row, measure func() error) error {
	if b.lastPace == 0 {
		b.lastPace = b.pace(ctx, s)
	}
	before := b.lastPace
	if err := measure(); err != nil {
		return err
	}
	b.lastPace = b.pace(ctx, s)
	r.Echoes = (before + b.lastPace) / 2
	return context.Cause(ctx)
}
