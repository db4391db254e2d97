package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load is requests of one kind from many clients.
type load struct {
	to      target
	shelf   *shelf
	choose  chooser
	expect  []int // statuses that are no error
	clients int

	warm, span time.Duration // measured is span, after warm
	total      int64         // or so many requests, all of them measured
	rate       float64       // open loop, so many per second; 0 is a closed loop

	sent, failed atomic.Int64 // so far, for whoever watches
}

// result is what came of a load.
type result struct {
	window    time.Duration   // measured time
	latencies []time.Duration // of expected answers in the window, sorted
	counts    map[int]int     // expected answers in the window by status
	all       map[int]int     // every answer by status, 0 is none
	errors    []string        // some of those that were not expected
	from, to  time.Time       // the window
	ended     time.Time       // the last answer
}

const errorsKept = 3 // per client

// run sends the requests and returns when the last is answered. Ending ctx ends it early.
func (l *load) run(ctx context.Context) result {
	began := time.Now()
	r := result{from: began.Add(l.warm), counts: map[int]int{}, all: map[int]int{}}
	r.to = r.from.Add(l.span)
	if l.total > 0 {
		r.to = began.Add(24 * time.Hour)
	}
	var next atomic.Int64
	parts := make([]client, l.clients)
	var wg sync.WaitGroup
	for i := range parts {
		c := &parts[i]
		*c = client{load: l, rng: rand.New(rand.NewPCG(uint64(began.UnixNano()), uint64(i))), from: r.from, to: r.to,
			result: result{counts: map[int]int{}, all: map[int]int{}}}
		wg.Go(func() { c.loop(ctx, began, &next) })
	}
	wg.Wait()
	r.ended = time.Now()
	if l.total > 0 {
		r.to = r.ended
	}
	r.window = r.to.Sub(r.from)
	for i := range parts {
		r.add(parts[i].result)
	}
	slices.Sort(r.latencies)
	return r
}

func (r *result) add(part result) {
	r.latencies = append(r.latencies, part.latencies...)
	for status, n := range part.counts {
		r.counts[status] += n
	}
	for status, n := range part.all {
		r.all[status] += n
	}
	r.errors = append(r.errors, part.errors...)
}

// requests is how many were sent, warm-up included.
func (r *result) requests() (n int) {
	for _, of := range r.all {
		n += of
	}
	return n
}
