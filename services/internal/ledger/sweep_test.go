package ledger

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// waiting returns a memory in which so many lists have waited since at.
func waiting(n int, at time.Time) *memory {
	m := newMemory(Options{})
	for i := range n {
		m.late = append(m.late, chore{&roll{list: fmt.Sprintf("%06d", (i*7919)%n), from: 1}, at})
	}
	return m
}

func TestASweepTakesItsTimeAndGoesByKey(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const all = 10_000
	m := waiting(all, begin)
	assert.Zero(t, m.sweep(false, begin.Add(lateAfter-time.Second)), "nothing has waited long enough")
	last, most := "", 0
	for at := time.Duration(0); at <= sweepTime; at += 100 * time.Millisecond {
		n := m.sweep(false, begin.Add(lateAfter+at))
		most = max(most, n)
		for range n {
			name := pop(&m.swept.left).name()
			assert.Less(t, last, name)
			last = name
		}
		assert.InDelta(t, all*(1-float64(at)/float64(sweepTime)), float64(len(m.swept.left)), fetchMost, "after %s", at)
	}
	assert.Empty(t, m.swept.left)
	assert.Less(t, most, 2*fetchMost)
}

func TestWhenAllIsToBeWrittenNothingIsSpread(t *testing.T) {
	now := time.Now()
	m := waiting(3, now)
	assert.Equal(t, 3, m.sweep(true, now))

	m = waiting(mostLate/2+1, now)
	assert.Zero(t, m.sweep(false, now), "it has just begun")
	assert.Empty(t, m.late, "although nothing has waited for long")
	m.late = waiting(mostLate/2+7, now).late
	assert.Equal(t, 8, m.sweep(false, now), "more than may wait")
}

func TestAQueueForgetsWhatItHandedOut(t *testing.T) {
	queue := waiting(2, time.Now()).late
	all := queue
	first := pop(&queue)
	assert.NotNil(t, first.thing)
	assert.Len(t, queue, 1)
	assert.Zero(t, all[0], "it would be kept alive until the queue moves")
}
