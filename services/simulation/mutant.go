package simulation

import (
	"context"
	"encoding/json"
	"strings"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

// Mutant is a mistake made on purpose, to see that the judge finds it.
type Mutant string

// The mistakes.
const (
	NoMutant       Mutant = ""
	DropETag       Mutant = "drop the condition of every write"
	WrongDialect   Mutant = "speak to a store like Redis as to one like SQLite"
	PublishEarly   Mutant = "publish before the page is kept"
	ForgetPending  Mutant = "forget what is in the pages only"
	SkipTombstone  Mutant = "do not remember a release that came before its hold"
	ForgetToTell   Mutant = "move the outbox's cursor before the broker accepted"
	KeepHoldsOfOld Mutant = "do not give back what an order held that is over"
)

// Mutants are all of them.
var Mutants = []Mutant{DropETag, WrongDialect, PublishEarly, ForgetPending, SkipTombstone, ForgetToTell, KeepHoldsOfOld}

func newStore(p Plan) *fakestore.Store {
	s := &fakestore.Store{Partial: p.Partial}
	if p.Mutant == WrongDialect {
		plain, _ := sidecar.DialectOf("state.sqlite", "v1")
		s.Dialect = &plain
	}
	return s
}

// door is what a process of a service knows its store by.
func (w *world) door(who, service string) ledger.Store {
	d := door{w, who, w.stores[service]}
	switch w.Mutant {
	case DropETag:
		return careless{d}
	case PublishEarly:
		return hasty{d}
	case ForgetPending, ForgetToTell:
		return forgetful{d, w.Mutant}
	case NoMutant, WrongDialect, SkipTombstone, KeepHoldsOfOld: // made elsewhere
	}
	return d
}

// careless writes whatever is there.
type careless struct{ door }

func (c careless) Apply(ctx context.Context, ops ...sidecar.Op) error {
	blind := make([]sidecar.Op, len(ops))
	for i, op := range ops {
		blind[i] = sidecar.Put(op.Key(), op.Value())
	}
	return c.door.Apply(ctx, blind...)
}

// hasty publishes what it is about to write.
type hasty struct{ door }

func (h hasty) Apply(ctx context.Context, ops ...sidecar.Op) error {
	for _, op := range ops {
		var p struct {
			News []struct {
				Topic string      `json:"t"`
				Event event.Event `json:"e"`
			} `json:"news"`
		}
		if strings.HasPrefix(op.Key(), "log:") && readPage(op.Value(), &p) == nil {
			for _, n := range p.News {
				h.w.bus.accept(n.Topic, []event.Event{n.Event})
			}
		}
	}
	return h.door.Apply(ctx, ops...)
}

// forgetful believes that more was done than was: that every document was
// written, or every event published.
type forgetful struct {
	door
	what Mutant
}

func (f forgetful) GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error) {
	docs, err := f.door.GetMany(ctx, keys)
	doc, asked := docs["keeper"]
	if err != nil || !asked {
		return docs, err
	}
	newest := int64(0)
	for key := range f.store.Docs() {
		if strings.HasPrefix(key, "log:") {
			newest++
		}
	}
	said := map[string]any{}
	if doc.Found() {
		if err := json.Unmarshal(doc.Value, &said); err != nil {
			return nil, err
		}
	}
	if f.what == ForgetPending {
		said["views"] = newest
	} else {
		said["published"] = newest
	}
	doc.Value, err = json.Marshal(said)
	docs["keeper"] = doc
	return docs, err
}

// hearAsStock is stock's ear.
func (p *process) hearAsStock(ctx context.Context, e event.Event) error {
	over := e.Type == "order.cancelled.v1" || e.Type == "order.expired.v1"
	if over && p.w.Mutant == KeepHoldsOfOld {
		return nil
	}
	return p.stock.Hear(ctx, e)
}

// release gives back what an order holds, or will hold.
func (p *process) release(ctx context.Context, id string) error {
	if p.w.Mutant == SkipTombstone {
		if _, err := p.stock.Reservation(ctx, id); err != nil {
			return p.unlessDead(nil)
		}
	}
	_, err := p.stock.Release(ctx, id)
	return p.unlessDead(err)
}
