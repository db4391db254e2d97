package batch_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/batch"
	"orderly/services/internal/problem"
	"orderly/services/internal/settings"
)

// work takes its time for each batch, remembers it, and answers tenfold. An item
// below zero panics, and 0 has no answer.
type work struct {
	mu      sync.Mutex
	batches [][]int
	takes   time.Duration
}

func (w *work) run(_ context.Context, items []int) []int {
	w.mu.Lock()
	w.batches = append(w.batches, items)
	w.mu.Unlock()
	time.Sleep(w.takes)
	var out []int
	for _, it := range items {
		if it < 0 {
			panic("no such item")
		}
		if it != 0 {
			out = append(out, 10*it)
		}
	}
	return out
}

func (w *work) done() [][]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.batches
}

const second = time.Second // how long a batch takes in these tests

func start(o batch.Options) (*batch.Batcher[int, int], *work) {
	w := &work{takes: second}
	return batch.New(o, w.run), w
}

// call has Do done in the background and returns where its outcome will be.
func call(ctx context.Context, b *batch.Batcher[int, int], lane string, items ...int) *outcome {
	o, began := &outcome{}, time.Now()
	go func() {
		o.got, o.err = b.DoAll(ctx, lane, items)
		o.after, o.answered = time.Since(began), true
	}()
	synctest.Wait()
	return o
}

type outcome struct {
	got      []int
	err      error
	after    time.Duration
	answered bool
}

func TestALoneCallWaitsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{})
		for range 2 {
			began := time.Now()
			got, err := b.Do(t.Context(), "", 7)
			require.NoError(t, err)
			assert.Equal(t, 70, got)
			assert.Equal(t, second, time.Since(began))
		}
		assert.Equal(t, [][]int{{7}, {7}}, w.done())
		got, err := b.DoAll(t.Context(), "", nil)
		assert.Empty(t, got)
		assert.NoError(t, err)
	}) // synctest fails here when a worker is left behind
}

func TestWhatComesMeanwhileIsTheNextBatchUpToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 3})})
		first := call(t.Context(), b, "", 1)
		rest := call(t.Context(), b, "", 2, 3, 4)
		last := call(t.Context(), b, "", 5)
		assert.Equal(t, 4, b.Waiting())
		time.Sleep(3 * second)
		synctest.Wait()
		assert.Equal(t, [][]int{{1}, {2, 3, 4}, {5}}, w.done())
		assert.Equal(t, outcome{[]int{10}, nil, 1 * second, true}, *first)
		assert.Equal(t, outcome{[]int{20, 30, 40}, nil, 2 * second, true}, *rest)
		assert.Equal(t, outcome{[]int{50}, nil, 3 * second, true}, *last)
		assert.Zero(t, b.Waiting())
	})
}

func TestItemsThatComeTogetherMayBeSplit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 2})})
		got, err := b.DoAll(t.Context(), "a", []int{1, 2, 3})
		require.NoError(t, err)
		assert.Equal(t, []int{10, 20, 30}, got)
		assert.Equal(t, [][]int{{1, 2}, {3}}, w.done())
		_, err = b.DoAll(t.Context(), "a", []int{1, -2, 3}) // its second batch succeeds
		require.ErrorContains(t, err, "no such item")
	})
}

func TestWorkersOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 1}), Workers: 2})
		var all []*outcome
		for i := range 4 {
			all = append(all, call(t.Context(), b, "", i+1))
		}
		assert.Len(t, w.done(), 2)
		time.Sleep(2 * second)
		synctest.Wait()
		for i, o := range all {
			assert.Equal(t, outcome{[]int{10 * (i + 1)}, nil, time.Duration(i/2+1) * second, true}, *o)
		}
	})
}

func TestAFurtherWorkerWaitsForACrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 4}), Workers: 2, Crowd: 3})
		for i := range 3 {
			call(t.Context(), b, "", i+1)
		}
		synctest.Wait()
		assert.Equal(t, [][]int{{1}}, w.done(), "two are no crowd")
		time.Sleep(second / 2)
		call(t.Context(), b, "", 4)
		assert.Equal(t, [][]int{{1}, {2, 3, 4}}, w.done(), "three are")
		call(t.Context(), b, "", 5)
		time.Sleep(second / 2)
		synctest.Wait()
		assert.Len(t, w.done(), 2, "the first worker has left the fifth to the second")
		time.Sleep(2 * second)
		synctest.Wait()
		assert.Equal(t, [][]int{{1}, {2, 3, 4}, {5}}, w.done())
	})
}

func TestAFullQueueTakesAllOrNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{Limits: settings.Fixed(batch.Limits{Waiting: 4})})
		call(t.Context(), b, "", 1)
		kept := call(t.Context(), b, "", 2, 3, 4)
		full := call(t.Context(), b, "", 5, 6)
		assert.True(t, full.answered)
		require.ErrorIs(t, full.err, batch.ErrFull)
		assert.Equal(t, 3, b.Waiting())
		last := call(t.Context(), b, "", 7)
		_, err := b.Do(t.Context(), "", 8)
		require.ErrorIs(t, err, batch.ErrFull)
		p, ok := errors.AsType[*problem.Problem](err)
		require.True(t, ok)
		assert.Equal(t, http.StatusTooManyRequests, p.Status)
		assert.Positive(t, p.RetryAfter)
		assert.False(t, p.Final(), "an event is delivered again")

		time.Sleep(2 * second)
		synctest.Wait()
		assert.Equal(t, [][]int{{1}, {2, 3, 4, 7}}, w.done())
		assert.NoError(t, kept.err)
		assert.NoError(t, last.err)
		_, err = b.Do(t.Context(), "", 9)
		assert.NoError(t, err)
	})
}

func TestAPanicIsTheAnswerToItsBatchOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 2})})
		first := call(t.Context(), b, "", 1)
		bad, beside := call(t.Context(), b, "", -1), call(t.Context(), b, "", 2)
		after := call(t.Context(), b, "", 3)
		time.Sleep(3 * second)
		synctest.Wait()
		assert.NoError(t, first.err)
		require.ErrorContains(t, bad.err, "panic: no such item")
		require.ErrorContains(t, bad.err, "batch_test.go", "it says where")
		assert.Equal(t, bad.err, beside.err)
		assert.Equal(t, []int{30}, after.got)
	})
}

func TestTooFewAnswersAreNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := start(batch.Options{})
		_, err := b.DoAll(t.Context(), "", []int{1, 0})
		require.EqualError(t, err, "1 answers to 2 items")
		got, err := b.Do(t.Context(), "", 1)
		require.NoError(t, err)
		assert.Equal(t, 10, got)
	})
}
