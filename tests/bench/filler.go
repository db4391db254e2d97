package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// filler places orders by batches.
type filler struct {
	*system
	want                        int64
	begun, stored, failed, told atomic.Int64
	waited                      atomic.Int64 // times that 429 was answered
	mu                          sync.Mutex
	latencies                   []time.Duration
	errors                      []string
}

func (f *filler) progress(since time.Duration) string {
	return fmt.Sprintf("%d of %d stored, %d told, %.0f/s, %d × told to wait", f.stored.Load(), f.want, f.told.Load(),
		float64(f.stored.Load())/since.Seconds(), f.waited.Load())
}

func (f *filler) run(ctx context.Context) error {
	var wg sync.WaitGroup
	failed := make([]error, fillers)
	for i := range failed {
		wg.Go(func() { failed[i] = f.work(ctx, rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(i)))) })
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func (f *filler) work(ctx context.Context, rng *rand.Rand) error {
	to := f.orders()
	to.path += "/batch"
	c := to.connect()
	defer c.close()
	asks := make([]ask, batchSize)
	for ctx.Err() == nil {
		n := min(f.want-f.begun.Add(batchSize)+batchSize, batchSize)
		if n <= 0 {
			return nil
		}
		for i := range asks[:n] {
			uniform(rng, 0, &asks[i])
		}
		if err := f.send(ctx, c, asks[:n]); err != nil {
			return err
		}
	}
	return nil
}

// send sends one batch, and what was told to wait again until nothing is. An error ends the filling.
func (f *filler) send(ctx context.Context, c *conn, asks []ask) error {
	var body []byte
	for ctx.Err() == nil && len(asks) > 0 {
		body = append(body[:0], `{"orders":[`...)
		for i := range asks {
			if i > 0 {
				body = append(body, ',')
			}
			body = f.shelf.appendOrder(body, &asks[i])
		}
		began := time.Now()
		status, err := c.post(append(body, "]}"...))
		took := time.Since(began)
		switch {
		case err == nil && status == http.StatusOK:
			f.mu.Lock()
			f.latencies = append(f.latencies, took)
			f.mu.Unlock()
			if asks, err = f.note(c.body, asks); err != nil {
				return err
			}
		case err == nil && status == http.StatusTooManyRequests:
		default:
			return f.fail(asks, status, fmt.Sprintf("a batch: %d %.300s %v", status, c.body, err))
		}
		if len(asks) > 0 {
			f.waited.Add(1)
			wait(ctx, time.Now().Add(max(c.retryAfter, 100*time.Millisecond)))
		}
	}
	return nil
}

// fail notes orders that were not stored, or perhaps were. It returns an error when there are too many of them.
func (f *filler) fail(asks []ask, status int, why string) error {
	for i := range asks {
		f.shelf.settle(&asks[i], status)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors = append(f.errors, why)
	if f.failed.Add(int64(len(asks))) > 20*batchSize {
		return errors.New(why)
	}
	return nil
}

// note counts what a batch's answer says, order by order, and returns what was told to wait. Decoding is left out
// where all went well.
func (f *filler) note(answer []byte, asks []ask) (again []ask, err error) {
	if bytes.Count(answer, []byte(`{"status":201,`)) == len(asks) {
		for i := range asks {
			f.shelf.settle(&asks[i], http.StatusCreated)
		}
		f.stored.Add(int64(len(asks)))
		return nil, nil
	}
	var page struct {
		Results []struct {
			Status  int
			Problem json.RawMessage
		}
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return nil, fmt.Errorf("the answer to a batch: %w", err)
	}
	if len(page.Results) != len(asks) {
		return nil, fmt.Errorf("a batch of %d has %d results", len(asks), len(page.Results))
	}
	for i, r := range page.Results {
		switch r.Status {
		case http.StatusCreated:
			f.shelf.settle(&asks[i], r.Status)
			f.stored.Add(1)
		case http.StatusTooManyRequests:
			again = append(again, asks[i])
		default:
			err = errors.Join(err, f.fail(asks[i:i+1], r.Status, fmt.Sprintf("%d in a batch %.300s", r.Status, r.Problem)))
		}
	}
	return again, err
}
