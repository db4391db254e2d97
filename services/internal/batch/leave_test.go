package batch_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/batch"
	"orderly/services/internal/settings"
)

func TestWhoLeavesHarmsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{})
		ctx, leave := context.WithCancel(t.Context())
		begun := call(ctx, b, "a", 1)
		waiting, beside := call(ctx, b, "a", 2, 3), call(t.Context(), b, "a", 4)
		leave()
		synctest.Wait()
		for _, gone := range []*outcome{begun, waiting} {
			assert.True(t, gone.answered)
			require.ErrorIs(t, gone.err, context.Canceled)
		}
		time.Sleep(2 * second)
		synctest.Wait()
		assert.Equal(t, [][]int{{1}, {4}}, w.done(), "what was not begun never is")
		assert.Equal(t, outcome{[]int{40}, nil, 2 * second, true}, *beside)
		assert.Zero(t, b.Waiting())

		_, err := b.Do(ctx, "a", 5)
		require.ErrorIs(t, err, context.Canceled)
		assert.Len(t, w.done(), 2)
	})
}

type name struct{}

func TestABatchHasTheContextOfItsFirstCallerButForItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []any
		b := batch.New(batch.Options{}, func(ctx context.Context, items []int) []int {
			time.Sleep(second)
			assert.NoError(t, ctx.Err())
			seen = append(seen, ctx.Value(name{}))
			return items
		})
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), name{}, "alice"), second/2)
		defer cancel()
		_, err := b.Do(ctx, "", 1)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		_, err = b.Do(t.Context(), "", 1)
		require.NoError(t, err)
		assert.Equal(t, []any{"alice", nil}, seen)
	})
}

// Callers come, leave and flood at once; each gets the answers to what he asked.
func TestEverybodyGetsHisOwnAnswers(t *testing.T) {
	b := batch.New(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 16, Waiting: 64}), Workers: 3}, func(_ context.Context, items []int) []int {
		out := make([]int, len(items))
		for i, it := range items {
			if it%97 == 0 {
				panic(it)
			}
			out[i] = 10 * it
		}
		return out
	})
	var wg sync.WaitGroup
	for caller := range 40 {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(caller)))
			for range 300 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(200))*time.Microsecond)
				items := make([]int, 1+random.IntN(5))
				for i := range items {
					items[i] = random.IntN(1000)
				}
				lane := strconv.Itoa(caller % 7)
				if lane == "0" {
					lane = ""
				}
				got, err := b.DoAll(ctx, lane, items)
				cancel()
				for i := range got {
					if err == nil {
						assert.Equal(t, 10*items[i], got[i])
					}
				}
			}
		})
	}
	wg.Wait()
	got, err := b.Do(t.Context(), "", 1)
	require.NoError(t, err)
	assert.Equal(t, 10, got)
	assert.Zero(t, b.Waiting())
}
