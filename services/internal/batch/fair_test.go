package batch_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/batch"
	"orderly/services/internal/settings"
)

// numbers returns n items.
func numbers(n int) []int { return slices.Repeat([]int{1}, n) }

func TestAFloodDoesNotHoldUpOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 10, Waiting: 1000})})
		flood := call(t.Context(), b, "flood", numbers(500)...)
		time.Sleep(second / 2)
		alice, bob := call(t.Context(), b, "alice", 2), call(t.Context(), b, "bob", 3, 4)
		time.Sleep(100 * second)
		synctest.Wait()
		for _, o := range []*outcome{alice, bob} {
			require.NoError(t, o.err)
			assert.Equal(t, second/2+second, o.after, "in the next batch")
		}
		assert.Equal(t, 51*second, flood.after)
	})
}

func TestAFloodLeavesRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 1, Waiting: 10})})
		call(t.Context(), b, "", 1)
		require.ErrorIs(t, call(t.Context(), b, "flood", numbers(6)...).err, batch.ErrFull, "at once")
		for range 5 {
			assert.False(t, call(t.Context(), b, "flood", 1).answered)
		}
		require.ErrorIs(t, call(t.Context(), b, "flood", 1).err, batch.ErrFull, "bit by bit")
		alice := call(t.Context(), b, "alice", 2)
		nobody := call(t.Context(), b, "", numbers(4)...) // whose items are nobody's share
		require.ErrorIs(t, call(t.Context(), b, "", 1).err, batch.ErrFull)
		time.Sleep(20 * second)
		synctest.Wait()
		assert.NoError(t, alice.err)
		assert.NoError(t, nobody.err)
	})
}

func TestALaneOfManyIsInTheOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := start(batch.Options{Limits: settings.Fixed(batch.Limits{Batch: 4})})
		call(t.Context(), b, "", 1)
		call(t.Context(), b, "", 2, 3)
		call(t.Context(), b, "a", 4, 5, 6)
		call(t.Context(), b, "b", 7)
		call(t.Context(), b, "", 8, 9)
		time.Sleep(4 * second)
		synctest.Wait()
		assert.Equal(t, [][]int{{1}, {2, 3, 4, 7}, {8, 9, 5, 6}}, w.done())
	})
}

func BenchmarkDo(b *testing.B) {
	echo := func(_ context.Context, items []int) []int { return items }
	b.Run("lone", func(b *testing.B) {
		q := batch.New(batch.Options{}, echo)
		b.ReportAllocs()
		for b.Loop() {
			_, _ = q.Do(b.Context(), "a", 1)
		}
	})
	b.Run("crowd", func(b *testing.B) {
		q := batch.New(batch.Options{}, echo)
		b.SetParallelism(128)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_, _ = q.Do(b.Context(), "a", 1)
			}
		})
	})
}
