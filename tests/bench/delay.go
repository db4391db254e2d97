package main

import (
	"context"
	"slices"
	"sync"
	"time"
)

// delay measures how long after order decided an event notify has handled it, at half the rate of row c. The row's
// latencies are those delays.
func (b *bench) delay(ctx context.Context, s *system) error {
	c := find(b.rows, "c@256")
	if c == nil || c.Rate == 0 {
		return nil
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	var heard delays
	if err := s.follow(following, "", heard.hear); err != nil {
		return err
	}
	l := b.load(s, s.orders(), uniform, many)
	l.rate = c.Rate / 2
	r := &row{Letter: "f", Name: "event to notification, half the rate", orders: true}
	r.judge = func(res result) {
		wait(ctx, time.Now().Add(200*time.Millisecond)) // for those handled side by side with the last
		stop()
		r.delays(&heard, res)
	}
	return b.measure(ctx, s, r, l)
}

// delays is what was heard on the feed of notify.
type delays struct {
	mu    sync.Mutex
	lines []heardLine
}

type heardLine struct {
	at    time.Time
	delay time.Duration
}

func (d *delays) hear(arrived time.Time, t told) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, heardLine{t.At, arrived.Sub(t.At)})
}

// within returns the sorted delays of events from one time to another.
func (d *delays) within(from, to time.Time) []time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []time.Duration
	for _, l := range d.lines {
		if !l.at.Before(from) && !l.at.After(to) {
			all = append(all, l.delay)
		}
	}
	slices.Sort(all)
	return all
}

func (d *delays) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.lines)
}

// delays puts the delays in place of the latencies. Each order answered 201 must have been told: one event, one line,
// and one of the order that showed that notify had caught up.
func (r *row) delays(d *delays, res result) {
	all := d.within(res.from, res.to)
	r.Mean, r.P50, r.P99, r.Max = ms(mean(all)), ms(percentile(all, 50)), ms(percentile(all, 99)), ms(percentile(all, 100))
	if placed, told := res.all[201]+1, d.count(); told != placed {
		r.void("%d orders were placed, notify told of %d", placed, told)
	}
}
