package ledger

import (
	"context"
	"fmt"
	"slices"

	"orderly/services/internal/sidecar"
)

// open finds out where the store is: once, or again until it succeeds.
func (b *Book) open(ctx context.Context) error {
	if b.opened.Load() {
		return nil
	}
	if err := b.opening.enter(ctx); err != nil {
		return err
	}
	defer b.opening.leave()
	if b.opened.Load() {
		return nil
	}
	atomic, err := b.o.Store.Atomic(ctx)
	if err != nil {
		return Unavailable(err)
	}
	k, stored, err := b.readHints(ctx)
	if err != nil {
		return err
	}
	b.m.mu.Lock()
	b.m.atomic = atomic
	b.m.head, b.m.reminded = k.Views, k.Views
	b.m.lately.start(k.Views)
	b.m.mu.Unlock()
	b.relay.start(k.Published)
	b.due.start(k.Due)
	b.index.start(stored)
	if err := b.follow(ctx); err != nil {
		b.reset()
		return err
	}
	b.opened.Store(true)
	return nil
}

// reset forgets a half opened book.
func (b *Book) reset() {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	b.m.clear()
}

// load reads what is not in memory of documents that are pinned; with check it
// also looks whether another replica wrote a page, and follows.
func (b *Book) load(ctx context.Context, keys []string, check bool) error {
	b.m.mu.Lock()
	var missing, read []string
	stored := map[string]sidecar.Doc{} // of groups; the zero one is to be read
	for _, k := range keys {
		if b.m.cells[k] != nil {
			continue
		}
		missing, read = append(missing, k), append(read, docKey(k))
		if g := b.m.group(k); g != "" {
			if _, asked := stored[g]; !asked {
				doc, cached := b.m.together.get(g)
				if stored[g] = doc; !cached {
					read = append(read, groupKey(g))
				}
			}
		}
	}
	next := pageKey(b.m.head + 1)
	b.m.mu.Unlock()
	if len(missing) == 0 && !check {
		return nil
	}
	docs, err := b.o.Store.GetMany(ctx, append(read, next))
	if err != nil {
		return Unavailable(err)
	}
	asked := func(key string) bool { _, found := slices.BinarySearch(missing, key); return found }
	slices.Sort(missing)
	groups := make(map[string]map[string]member, len(stored))
	for g, doc := range stored {
		if !doc.Found() {
			doc = docs[groupKey(g)]
			stored[g] = doc
		}
		if groups[g], err = openGroup(doc, asked); err != nil {
			return err
		}
	}
	b.m.mu.Lock()
	for g, doc := range stored {
		b.m.together.put(g, doc)
	}
	for _, k := range missing {
		if err := b.m.fill(b.o.Codec, k, docs[docKey(k)], groups[b.m.group(k)][k]); err != nil {
			b.m.mu.Unlock()
			return err
		}
	}
	b.m.mu.Unlock()
	if !docs[next].Found() {
		return nil
	}
	return b.follow(ctx)
}

// follow reads the pages that others wrote, up to the last.
func (b *Book) follow(ctx context.Context) error {
	for many, most := 1, 16; ; many = min(many*2, most) {
		b.m.mu.Lock()
		next := b.m.head + 1
		b.m.mu.Unlock()
		keys := make([]string, many)
		for i := range keys {
			keys[i] = pageKey(next + int64(i))
		}
		docs, err := b.o.Store.GetMany(ctx, keys)
		if err != nil && many > 1 { // together they may be larger than a message
			many, most = 1, 1
			continue
		}
		if err != nil {
			return Unavailable(err)
		}
		for i, key := range keys {
			if !docs[key].Found() {
				return nil
			}
			if err := b.learn(next+int64(i), docs[key]); err != nil {
				return err
			}
		}
	}
}

// learn takes in a page as it was read.
func (b *Book) learn(n int64, doc sidecar.Doc) error {
	p, err := openPage(b.o.Codec, n, doc)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if !b.mine(p.ID) {
		b.foreign.Store(b.o.Now().UnixMilli())
	}
	b.take(p)
	return nil
}
