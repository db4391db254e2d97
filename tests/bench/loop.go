package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"
)

// client is one of a load's clients; its result needs no lock.
type client struct {
	load     *load
	rng      *rand.Rand
	from, to time.Time
	ask      ask
	body     []byte
	result
}

// loop sends one request after the other until the window is over or all are sent.
func (c *client) loop(ctx context.Context, began time.Time, next *atomic.Int64) {
	l := c.load
	conn := l.to.connect()
	defer conn.close()
	c.latencies = make([]time.Duration, 0, 4096)
	for ctx.Err() == nil {
		n := next.Add(1) - 1
		due := time.Now()
		if l.rate > 0 {
			due = began.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
		}
		if !due.Before(c.to) || (l.total > 0 && n >= l.total) || !wait(ctx, due) {
			return
		}
		c.once(ctx, conn, n, due)
	}
}

func wait(ctx context.Context, until time.Time) bool {
	pause := time.Until(until)
	if pause <= 0 {
		return true
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// once sends the nth request of the load, which was due at due, and notes its answer.
func (c *client) once(ctx context.Context, conn *conn, n int64, due time.Time) {
	l := c.load
	l.choose(c.rng, n, &c.ask)
	c.body = l.shelf.appendOrder(c.body[:0], &c.ask)
	status, err := conn.post(c.body)
	now := time.Now()
	l.sent.Add(1)
	l.shelf.settle(&c.ask, status)
	c.all[status]++
	if err != nil || !slices.Contains(l.expect, status) {
		l.failed.Add(1)
		c.complain(status, conn.body, err)
		wait(ctx, now.Add(max(conn.retryAfter, 20*time.Millisecond))) // what fails at once would only measure failures
		return
	}
	if now.Before(c.from) || now.After(c.to) {
		return
	}
	c.counts[status]++
	c.latencies = append(c.latencies, now.Sub(due))
}

func (c *client) complain(status int, body []byte, err error) {
	switch {
	case len(c.errors) >= errorsKept:
	case err != nil:
		c.errors = append(c.errors, "no answer: "+err.Error())
	default:
		c.errors = append(c.errors, fmt.Sprintf("%d: %.300s", status, body))
	}
}
