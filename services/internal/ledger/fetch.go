package ledger

import (
	"context"
	"errors"
	"time"

	"orderly/services/internal/sidecar"
)

const (
	quiet     = 300 * time.Millisecond // nothing came for so long: all can be written
	fetchMost = 200                    // documents read at once
)

// fetch reads documents that have to be written and makes them ready. It returns
// how many.
func (b *Book) fetch(ctx context.Context, all bool) (int, error) {
	m := b.m
	m.mu.Lock()
	now := b.o.Now()
	all = all || now.Sub(m.last) >= quiet
	m.fetch(&m.urgent, func(chore) bool { return true })
	m.fetch(&m.gathering, func(c chore) bool { return all || now.Sub(c.at) >= groupAfter })
	most := m.sweep(all, now)
	m.fetch(&m.swept.left, func(chore) bool { most--; return most >= 0 })
	keys := make([]string, len(m.fetched))
	for i, c := range m.fetched {
		keys[i] = c.name()
	}
	m.mu.Unlock()
	if len(keys) == 0 {
		return 0, nil
	}
	docs, err := b.o.Store.GetMany(ctx, keys)
	m.mu.Lock()
	defer m.mu.Unlock()
	failed := err
	for i, c := range m.fetched {
		if err != nil {
			m.urgent = append(m.urgent, c)
		} else {
			failed = errors.Join(failed, m.got(c, docs[keys[i]]))
		}
	}
	m.fetched = nil
	return len(keys), failed
}

// pop takes the first of a queue, which must not keep it from being collected.
func pop(queue *[]chore) chore {
	c := (*queue)[0]
	(*queue)[0] = chore{}
	*queue = (*queue)[1:]
	return c
}

// got makes a chore ready with its document as it was read. One that cannot be
// read must not be written over.
func (m *memory) got(c chore, doc sidecar.Doc) error {
	if err := c.read(m, doc); err != nil {
		m.urgent = append(m.urgent, c)
		return err
	}
	if c.since() > 0 {
		m.soon = append(m.soon, c)
	}
	return nil
}

// fetch moves what may be read now from the front of a queue, as much as there is
// room for.
func (m *memory) fetch(queue *[]chore, may func(chore) bool) {
	for len(*queue) > 0 && len(m.fetched) < fetchMost && may((*queue)[0]) {
		c := pop(queue)
		switch {
		case c.since() == 0: // written since
		case c.ready(m.atomic):
			m.soon = append(m.soon, c)
		default:
			m.fetched = append(m.fetched, c)
		}
	}
}
