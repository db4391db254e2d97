package simulation

import (
	"sync/atomic"
	"time"
)

// clock is a process's own, which may be off, and be set while it runs.
type clock struct{ off atomic.Int64 }

func newClock(skew time.Duration) *clock {
	c := &clock{}
	c.set(skew)
	return c
}

func (c *clock) now() time.Time      { return time.Now().Add(c.skew()).UTC().Truncate(time.Millisecond) }
func (c *clock) skew() time.Duration { return time.Duration(c.off.Load()) }
func (c *clock) set(skew time.Duration) {
	c.off.Store(int64(skew))
}
