package ledger

import (
	"context"
	"encoding/json"
	"fmt"
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
)

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
		b.adopt(k)
		return nil
	}
	if !b.leads.Load() {
		b.takeOver(k)
	}
	return b.writeKeeper(ctx, now.Add(lease))
}

// takeOver begins to keep house where another, or an earlier self, has left it.
func (b *Book) takeOver(k keeper) {
	b.adopt(k)
	b.m.mu.Lock()
	for _, c := range b.m.cells {
		c.unready()
	}
	for _, r := range b.m.rolls {
		r.unready()
	}
	var all []chore
	for _, q := range b.m.waiting() {
		all, *q = append(all, *q...), nil
	}
	for _, c := range all {
		if g, ok := c.thing.(*group); ok {
			b.m.leave(g, b.o.Now())
		}
		b.m.again(c)
	}
	b.m.mu.Unlock()
	b.leads.Store(true)
	b.o.Log.Info("keeps house", "replica", b.o.Replica, "page", b.Head(), "views", k.Views, "published", k.Published)
}

// adopt takes over what the keeper of the house says: what he has written and
// published is forgotten, and what is due looked for from where he does. Not so
// when he may not know of a reminder that this replica has forgotten, because it
// wrote it, or began after it (what the keeper says may be late, and of a keeper
// before): then its own cursor stays. One that is too far back only has more read
// again.
func (b *Book) adopt(k keeper) {
	b.m.mu.Lock()
	behind := k.Views < b.m.reminded
	b.m.mu.Unlock()
	b.trim(k)
	if behind {
		return
	}
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	b.due.start(k.Due)
	for _, r := range b.m.rolls { // what he had not written he may not have known
		b.due.back(r.list)
	}
}

// Head returns the number of the newest page that this replica knows.
func (b *Book) Head() int64 {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return b.m.head
}

// trim forgets what the keeper of the house has written and published.
func (b *Book) trim(k keeper) {
	m := b.m
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, q := range m.waiting() {
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
	docs, err := b.o.Store.GetMany(ctx, []string{keeperKey})
	if err != nil {
		return keeper{}, Unavailable(err)
	}
	return openKeeper(docs[keeperKey])
}

// readHints reads what is known of how far everything has come.
func (b *Book) readHints(ctx context.Context) (k keeper, indexed int64, err error) {
	if b.index.none() {
		k, err = b.readKeeper(ctx)
		return k, 0, err
	}
	docs, err := b.o.Store.GetMany(ctx, []string{keeperKey, indexKey})
	if err != nil {
		return k, 0, Unavailable(err)
	}
	if k, err = openKeeper(docs[keeperKey]); err != nil {
		return k, 0, err
	}
	indexed, err = readIndexed(docs[indexKey])
	return k, indexed, err
}

func openKeeper(doc sidecar.Doc) (k keeper, err error) {
	if doc.Found() {
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
