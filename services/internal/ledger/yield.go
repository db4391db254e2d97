package ledger

import (
	"context"
	"time"
)

// Yield lets through who reads many documents at once, one at a time: Enter waits for
// the one before. While commits come they rest longer than they read, so that who
// writes is not slowed by who reads on and on.
type Yield struct {
	one   gate
	until time.Time
}

const (
	restFactor = 4                      // a reader rests so many times as long as it read
	mostRest   = 200 * time.Millisecond // at most
	busyFor    = 200 * time.Millisecond // after a commit
)

// NewYield returns one for readers of one kind.
func NewYield() *Yield { return &Yield{one: newGate()} }

// Enter waits for its turn; leave must be called.
func (y *Yield) Enter(ctx context.Context, b *Book) (leave func(), err error) {
	if err := y.one.enter(ctx); err != nil {
		return nil, err
	}
	if pause := time.Until(y.until); pause > 0 && b.busy() {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			y.one.leave()
			return nil, Unavailable(ctx.Err())
		}
	}
	began := time.Now()
	return func() {
		now := time.Now()
		y.until = now.Add(min(restFactor*now.Sub(began), mostRest))
		y.one.leave()
	}, nil
}

// busy reports whether something was kept just now.
func (b *Book) busy() bool {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return b.o.Now().Sub(b.m.last) < busyFor
}
