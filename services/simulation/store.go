package simulation

import (
	"context"
	"encoding/json"
	"strings"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

// door is a process's way to its service's store.
type door struct {
	w     *world
	who   string
	store *fakestore.Store
}

// GetMany reads when the director says so.
func (d door) GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error) {
	switch d.w.stage.wait(d.who, "get "+strings.Join(keys, " ")) {
	case done:
		return d.store.GetMany(ctx, keys)
	default:
		return nil, d.failed()
	}
}

// Apply writes when the director says so, or half, or late, or unheard.
func (d door) Apply(ctx context.Context, ops ...sidecar.Op) error {
	keys := make([]string, len(ops))
	for i, op := range ops {
		keys[i] = op.Key()
	}
	write := func() error { return d.store.Apply(context.WithoutCancel(ctx), ops...) }
	switch d.w.stage.wait(d.who, "apply "+strings.Join(keys, " ")) {
	case done:
		return write()
	case lost:
		_ = write() // nobody hears of it
	case late:
		d.w.later(func() { _ = write() })
	case fail:
	}
	return d.failed()
}

func (d door) failed() error {
	if d.w.stage.isDead(d.who) {
		return errDead
	}
	return errFailed
}

var _ ledger.Store = door{}

// readPage reads a page as it is stored.
func readPage(value []byte, into any) error {
	body, err := ledger.Unpack(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func (s *stage) isDead(who string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead[who]
}

// Atomic is what the store says of itself.
func (d door) Atomic(ctx context.Context) (bool, error) { return d.store.Atomic(ctx) }
