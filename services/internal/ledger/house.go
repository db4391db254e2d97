package ledger

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	rest      = 5 * time.Millisecond   // between looks at what there is to write
	quickly   = 30 * time.Millisecond  // how long a page may follow that takes chores along
	lookOut   = 50 * time.Millisecond  // for pages of others, when there are others
	lookRound = 250 * time.Millisecond // and to find out whether there are
)

// Run keeps house until ctx ends: publishes, writes documents, follows others.
func (b *Book) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, job := range []func(context.Context){b.relay.run, b.lead, b.chore, b.lookOut, b.index.run} {
		wg.Go(func() { job(ctx) })
	}
	wg.Wait()
}

// Round does once what Run does over and over.
func (b *Book) Round(ctx context.Context) error {
	if err := b.beat(ctx); err != nil {
		return err
	}
	if err := b.load(ctx, nil, true); err != nil {
		return err
	}
	if err := b.index.step(ctx, false); err != nil {
		return err
	}
	if !b.leads.Load() {
		return nil
	}
	if err := b.relay.drain(ctx); err != nil {
		return err
	}
	if _, err := b.fetch(ctx, false); err != nil {
		return err
	}
	return b.tidyUp(ctx)
}

// every runs step at intervals until ctx ends, and says once what is wrong.
func (b *Book) every(ctx context.Context, d time.Duration, what string, step func(context.Context) error) {
	said := ""
	for {
		err := step(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			said = ""
		case err.Error() != said:
			said = err.Error()
			b.o.Log.WarnContext(ctx, what, "error", said)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(d):
		}
	}
}

// chore has documents written that no page takes along.
func (b *Book) chore(ctx context.Context) {
	var fetched time.Time
	b.every(ctx, rest, "documents wait", func(ctx context.Context) error {
		if !b.leads.Load() {
			return b.idle(ctx)
		}
		n := 0
		if now := b.o.Now(); now.Sub(fetched) >= 100*time.Millisecond {
			var err error
			if n, err = b.fetch(ctx, false); err != nil {
				return err
			}
			if n < fetchMost {
				fetched = now
			}
		}
		if n > 0 {
			return nil // more is to be read
		}
		if b.resting() {
			if err := b.tidyUp(ctx); err != nil {
				return err
			}
		}
		return b.idle(ctx)
	})
}

// resting reports whether no page is likely to take the chores along soon, or
// there are more than pages take: right after one there is time for them.
func (b *Book) resting() bool {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return b.o.Now().Sub(b.m.last) >= quickly || len(b.m.soon) > choresAlone
}

// idle waits for the next page, or a moment.
func (b *Book) idle(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-b.Changed():
	case <-time.After(quickly):
	}
	return nil
}

// tidyUp writes what is ready, if anything is.
func (b *Book) tidyUp(ctx context.Context) error {
	b.m.mu.Lock()
	some := len(b.m.soon) > 0
	b.m.mu.Unlock()
	if !some {
		return nil
	}
	return b.Change(ctx, Change{})
}

// lookOut follows the pages of other replicas.
func (b *Book) lookOut(ctx context.Context) {
	var round time.Time
	b.every(ctx, lookOut, "others cannot be followed", func(ctx context.Context) error {
		now := b.o.Now()
		if now.UnixMilli()-b.foreign.Load() > 10_000 && now.Sub(round) < lookRound {
			return nil
		}
		round = now
		if err := b.open(ctx); err != nil {
			return err
		}
		return b.load(ctx, nil, true)
	})
}

// Drain publishes and writes all there is, before the end of a process, and
// leaves the house to others.
func (b *Book) Drain(ctx context.Context) error {
	if !b.leads.Load() {
		return nil
	}
	if err := b.relay.drain(ctx); err != nil {
		return err
	}
	if err := b.index.step(ctx, true); err != nil {
		return err
	}
	for {
		n, err := b.fetch(ctx, true)
		if err != nil {
			return err
		}
		if err := b.tidyUp(ctx); err != nil {
			return err
		}
		b.m.mu.Lock()
		done := n == 0 && !slices.ContainsFunc(b.m.waiting(), func(q *[]chore) bool { return len(*q) > 0 })
		b.m.mu.Unlock()
		if done {
			return b.writeKeeper(ctx, b.o.Now())
		}
	}
}
