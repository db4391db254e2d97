package journal

import (
	"context"
	"errors"
	"time"

	"orderly/services/internal/sidecar"
)

// commit is one caller's writes, waiting for their transaction.
type commit struct {
	ctx     context.Context
	ops     []sidecar.Op
	appends []Append
	done    chan error
}

// Limits of one transaction, and how long it may take.
const (
	commitsAtOnce = 64
	bytesAtOnce   = 4 << 20
	commitTime    = 10 * time.Second
)

// Commit writes ops and appends in one transaction. sidecar.ErrConflict means
// that nothing was written because a document of ops, or the end of a list, was
// not as seen: read again, decide again, commit again.
//
// Appending makes all writers of a list wait for each other. So commits that
// arrive while a transaction is under way share the next one; a lone commit
// waits for nothing.
func (b *Book) Commit(ctx context.Context, ops []sidecar.Op, appends ...Append) error {
	c := &commit{ctx: ctx, ops: ops, appends: appends, done: make(chan error, 1)}
	b.mu.Lock()
	b.queue = append(b.queue, c)
	if !b.running {
		b.running = true
		go b.run()
	}
	b.mu.Unlock()
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
		return sidecar.Unavailable(ctx.Err()) // it may be written yet
	}
}

// run writes what waits until nothing does.
func (b *Book) run() {
	for {
		b.mu.Lock()
		batch := b.take()
		if len(batch) == 0 {
			b.running = false
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		err := b.write(batch)
		if errors.Is(err, sidecar.ErrConflict) && len(batch) > 1 {
			// One of them is late, which must not harm the others.
			for _, c := range batch {
				c.done <- b.write([]*commit{c})
			}
			continue
		}
		for _, c := range batch {
			c.done <- err
		}
	}
}

// take removes from the queue the next commits that can share a transaction: of
// two that write one document, the second would always be late.
func (b *Book) take() (batch []*commit) {
	written, size := map[string]bool{}, 0
	rest := b.queue[:0:0]
	for _, c := range b.queue {
		fits := len(batch) < commitsAtOnce && (len(batch) == 0 || size < bytesAtOnce)
		for _, op := range c.ops {
			fits = fits && !written[op.Key()]
		}
		// What is left behind comes first for its documents, too.
		for _, op := range c.ops {
			written[op.Key()] = true
		}
		if !fits {
			rest = append(rest, c)
			continue
		}
		for _, op := range c.ops {
			size += len(op.Value())
		}
		batch = append(batch, c)
	}
	b.queue = rest
	return batch
}

// write writes commits in one transaction, in the trace of the first.
func (b *Book) write(batch []*commit) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), commitTime)
	defer cancel()
	ops, appends := merge(batch)
	keys := make([]string, len(appends))
	for i, a := range appends {
		keys[i] = headKey(a.List)
	}
	docs, err := b.store.GetMany(ctx, keys)
	if err != nil {
		return err
	}
	for _, a := range appends {
		more, err := extend(docs[headKey(a.List)], a)
		if err != nil {
			return err
		}
		ops = append(ops, more...)
	}
	if err := b.store.Apply(ctx, ops...); err != nil {
		return err
	}
	b.mu.Lock()
	close(b.changed)
	b.changed = make(chan struct{})
	b.mu.Unlock()
	return nil
}

// merge joins the writes of commits, and their entries list by list.
func merge(batch []*commit) (ops []sidecar.Op, appends []Append) {
	at := map[string]int{}
	for _, c := range batch {
		ops = append(ops, c.ops...)
		for _, a := range c.appends {
			i, ok := at[a.List]
			if !ok {
				i = len(appends)
				at[a.List] = i
				appends = append(appends, Append{List: a.List})
			}
			appends[i].Entries = append(appends[i].Entries, a.Entries...)
		}
	}
	return ops, appends
}
