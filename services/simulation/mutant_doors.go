package simulation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"orderly/services/internal/event"
	"orderly/services/internal/sidecar"
)

// careless writes whatever is there.
type careless struct{ door }

func (c careless) Apply(ctx context.Context, ops ...sidecar.Op) error {
	blind := slices.Clone(ops)
	for i, op := range ops {
		page := strings.HasPrefix(op.Key(), "log:")
		if c.w.Mutant == DropETag || page == (c.w.Mutant == DropPageETag) {
			blind[i] = sidecar.Put(op.Key(), op.Value())
		}
	}
	return c.door.Apply(ctx, blind...)
}

// hasty publishes what it is about to write, or says that it is written.
type hasty struct{ door }

func (h hasty) Apply(ctx context.Context, ops ...sidecar.Op) error {
	if h.w.Mutant == AnswerEarly {
		h.w.busy.Go(func() { _ = h.door.Apply(context.WithoutCancel(ctx), ops...) })
		return nil
	}
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
// written, or every event published, or every mark of an index, or every reminder kept.
type forgetful struct{ door }

// believes are the members of documents that say how far something has come.
var believes = map[Mutant]struct{ key, member string }{
	ForgetPending: {"keeper", "views"}, ForgetToTell: {"keeper", "published"}, ForgetMarks: {"index", "through"}}

func (f forgetful) GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error) {
	docs, err := f.door.GetMany(ctx, keys)
	believed := believes[f.w.Mutant]
	doc, asked := docs[believed.key]
	if err != nil || !asked {
		return docs, err
	}
	said := map[string]any{}
	if doc.Found() {
		if err := json.Unmarshal(doc.Value, &said); err != nil {
			return nil, err
		}
	}
	said[believed.member] = f.pages()
	doc.Value, err = json.Marshal(said)
	docs[believed.key] = doc
	return docs, err
}

// pages is how many there are.
func (f forgetful) pages() (n int) {
	for key := range f.store.Docs() {
		if strings.HasPrefix(key, "log:") {
			n++
		}
	}
	return n
}

// forgets are the documents that are not written.
var forgets = map[Mutant]string{ForgetReminders: "list:due:", ForgetBranches: "index:orders:1:"}

func (f forgetful) Apply(ctx context.Context, ops ...sidecar.Op) error {
	forgotten := forgets[f.w.Mutant]
	if forgotten == "" {
		return f.door.Apply(ctx, ops...)
	}
	kept := slices.DeleteFunc(slices.Clone(ops), func(op sidecar.Op) bool { return strings.HasPrefix(op.Key(), forgotten) })
	if len(kept) == 0 {
		return nil
	}
	return f.door.Apply(ctx, kept...)
}
