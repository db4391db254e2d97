package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"orderly/services/internal/sidecar"
)

// keeperKey is the one document that is written without a condition. What it
// says is a hint: two replicas that both keep house for a moment do nothing
// wrong, only twice.
const keeperKey = "keeper"

// keeper says who keeps house, and how far each use of the pages has come.
type keeper struct {
	Holder    string    `json:"holder"`
	Until     time.Time `json:"until"`     // another may take over then
	Views     int64     `json:"views"`     // pages up to here are in the documents
	Published int64     `json:"published"` // and these are published
	Due       int64     `json:"due"`       // reminders before this second were looked at
}

const (
	lease     = 5 * time.Second
	heartbeat = 500 * time.Millisecond
	rest      = 5 * time.Millisecond   // between looks at what there is to write
	quickly   = 30 * time.Millisecond  // how long a page may follow that takes chores along
	lookOut   = 50 * time.Millisecond  // for pages of others, when there are others
	lookRound = 250 * time.Millisecond // and to find out whether there are
)

// Run keeps house until ctx ends: publishes, writes documents, follows others.
func (b *Book) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, job := range []func(context.Context){b.relay.run, b.lead, b.chore, b.lookOut} {
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

func (b *Book) lead(ctx context.Context) {
	b.every(ctx, heartbeat, "the house is not kept", b.beat)
}

// beat renews or takes the lease, or learns what its holder has done.
func (b *Book) beat(ctx context.Context) error {
	if err := b.open(ctx); err != nil {
		return err
	}
	k, err := b.readKeeper(ctx)
	if err != nil {
		return err
	}
	now := b.o.Now()
	if k.Holder != b.o.Replica && now.Before(k.Until) {
		b.leads.Store(false)
		b.trim(k)
		return nil
	}
	if !b.leads.Load() {
		b.takeOver(k)
	}
	return b.writeKeeper(ctx, now.Add(lease))
}

// takeOver begins to keep house where another, or an earlier self, has left it.
func (b *Book) takeOver(k keeper) {
	b.trim(k)
	b.m.mu.Lock()
	for _, c := range b.m.cells {
		c.unready()
	}
	for _, r := range b.m.rolls {
		r.unready()
	}
	all := slices.Concat(b.m.soon, b.m.urgent, b.m.gathering, b.m.late)
	b.m.soon, b.m.urgent, b.m.gathering, b.m.late = nil, nil, nil, nil
	for _, c := range all {
		if g, ok := c.thing.(*group); ok {
			b.m.leave(g, b.o.Now())
		}
		b.m.again(c)
	}
	b.due.start(k.Due)
	for _, r := range b.m.rolls { // what the keeper had not written he may not have known
		b.due.back(r.list)
	}
	b.m.mu.Unlock()
	b.leads.Store(true)
	b.o.Log.Info("keeps house", "replica", b.o.Replica, "page", b.head(), "views", k.Views, "published", k.Published)
}

func (b *Book) head() int64 {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return b.m.head
}

// trim forgets what the keeper of the house has written and published.
func (b *Book) trim(k keeper) {
	m := b.m
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, q := range []*[]chore{&m.soon, &m.urgent, &m.gathering, &m.late} {
		left := (*q)[:0:0]
		for _, c := range *q {
			if c.kept(m, k.Views); c.since() > 0 {
				left = append(left, c)
			} else if g, ok := c.thing.(*group); ok {
				m.leave(g, b.o.Now())
			}
		}
		*q = left
	}
	b.relay.trim(k.Published)
}

func (b *Book) readKeeper(ctx context.Context) (keeper, error) {
	var k keeper
	docs, err := b.o.Store.GetMany(ctx, []string{keeperKey})
	if err != nil {
		return k, Unavailable(err)
	}
	if doc := docs[keeperKey]; doc.Found() {
		if err := json.Unmarshal(doc.Value, &k); err != nil {
			return k, fmt.Errorf("%s cannot be read: %w", keeperKey, err)
		}
	}
	return k, nil
}

func (b *Book) writeKeeper(ctx context.Context, until time.Time) error {
	b.m.mu.Lock()
	k := keeper{Holder: b.o.Replica, Until: until, Views: b.m.views()}
	b.m.mu.Unlock()
	k.Published, k.Due = b.relay.published(), b.due.reached()
	if b.o.Publish == nil {
		k.Published = k.Views
	}
	value, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return b.o.Store.Apply(ctx, sidecar.Put(keeperKey, value))
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
// there are more than pages take.
func (b *Book) resting() bool {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return b.o.Now().Sub(b.m.last) >= quickly || len(b.m.soon) > choresAtMost
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
	for {
		n, err := b.fetch(ctx, true)
		if err != nil {
			return err
		}
		if err := b.tidyUp(ctx); err != nil {
			return err
		}
		b.m.mu.Lock()
		done := n == 0 && len(b.m.soon)+len(b.m.urgent)+len(b.m.gathering)+len(b.m.late) == 0
		b.m.mu.Unlock()
		if done {
			return b.writeKeeper(ctx, b.o.Now())
		}
	}
}
