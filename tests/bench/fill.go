package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	batchSize = 500
	fillers   = 4
)

// fill stores orders by batches until there are as many as asked for, those of earlier rows included, and waits until
// notify has handled them all. Its row has the latencies of whole batches.
func (b *bench) fill(ctx context.Context, s *system) error {
	var there int64
	for _, r := range b.rows {
		if r.orders && r.Letter > "b" {
			there += int64(r.Statuses[http.StatusCreated])
		}
	}
	f := filler{system: s, want: max(b.o.stored-there, 0)}
	following, stopFeed := context.WithCancel(ctx)
	defer stopFeed()
	if err := s.follow(following, "", func(time.Time, told) { f.told.Add(1) }); err != nil {
		return err
	}
	r := &row{Letter: "g", Name: "filling up to " + group(float64(b.o.stored)) + " orders, batches", Clients: fillers, orders: true, aside: true, Statuses: map[int]int{}}
	stop := s.watch()
	began := time.Now()
	done := b.screen.during("g  filling", f.progress)
	err := f.run(ctx)
	ended := time.Now()
	if err == nil {
		err = s.catchUp(ctx)
	}
	done()
	r.used(stop(), int(f.stored.Load()))
	if err != nil {
		return fmt.Errorf("filling: %w", err)
	}
	r.Behind, r.Seconds = seconds(time.Since(ended)), seconds(ended.Sub(began))
	r.Requests, r.Statuses[http.StatusCreated] = int(f.stored.Load()), int(f.stored.Load())
	r.Rate = float64(r.Requests) / r.Seconds
	r.Errors, r.Samples = int(f.failed.Load()), distinct(f.errors)
	slices.Sort(f.latencies)
	r.Mean, r.P50, r.P99 = ms(mean(f.latencies)), ms(percentile(f.latencies, 50)), ms(percentile(f.latencies, 99))
	r.Max = ms(percentile(f.latencies, 100))
	if err := s.check(ctx); err != nil {
		r.void("%v", err)
	}
	if r.Errors > 0 {
		r.void("%d orders were not stored", r.Errors)
	}
	b.add(r)
	b.lastPace = pace{} // that was minutes ago
	return context.Cause(ctx)
}
