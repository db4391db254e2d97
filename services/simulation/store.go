package simulation

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

// door is a process's way to its service's store.
type door struct {
	w     *world
	who   string
	where string
	store *fakestore.Store
}

var _ ledger.Store = door{}

// Atomic is what the store says of itself.
func (d door) Atomic(ctx context.Context) (bool, error) { return d.store.Atomic(ctx) }

// GetMany reads when the director says so.
func (d door) GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error) {
	if d.w.stage.wait(ctx, d.who, d.where, "get "+sorted(keys)).verdict == done {
		return d.store.GetMany(context.WithoutCancel(ctx), keys)
	}
	return nil, d.failed()
}

// sorted names keys, which may have been in a map, in an order of their own.
func sorted(keys []string) string {
	if len(keys) == 1 {
		return keys[0]
	}
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

// Apply writes when the director says so; or in part, or late, or unheard.
func (d door) Apply(ctx context.Context, ops ...sidecar.Op) error {
	keys := make([]string, len(ops))
	for i, op := range ops {
		keys[i] = op.Key()
	}
	what := "apply " + sorted(keys)
	write := func(ops []sidecar.Op) error {
		d.w.wrote(keys)
		return d.store.Apply(context.WithoutCancel(ctx), ops...)
	}
	switch said := d.w.stage.wait(ctx, d.who, d.where, what); said.verdict {
	case done:
		return write(ops)
	case lost:
		_ = write(ops) // nobody hears of it
	case late:
		d.w.later(d.who+" "+what, func() { _ = write(ops) })
	case torn:
		if d.store.Partial {
			_ = write(partOf(ops, said.dice))
		}
	case fail:
	}
	return d.failed()
}

// partOf is what is written of a transaction that breaks off: as much as came
// before, or any of it.
func partOf(ops []sidecar.Op, dice uint64) []sidecar.Op {
	rng := rand.New(rand.NewPCG(dice, 0))
	if rng.IntN(2) == 0 {
		return ops[:rng.IntN(len(ops))]
	}
	return slices.DeleteFunc(slices.Clone(ops), func(sidecar.Op) bool { return rng.IntN(2) == 0 })
}

// readPage reads a page as it is stored.
func readPage(value []byte, into any) error {
	body, err := ledger.Unpack(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func (d door) failed() error {
	if d.w.stage.isDead(d.who) {
		return errDead
	}
	return errFailed
}

// wrote counts what is written, but for the keeper's beat: who waits for rest
// waits until it stands still.
func (w *world) wrote(keys []string) {
	if len(keys) == 1 && keys[0] == "keeper" {
		return
	}
	w.writes.Add(1)
}
