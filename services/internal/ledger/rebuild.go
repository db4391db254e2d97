package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"orderly/services/internal/sidecar"
)

// Rebuilt is what Rebuild found.
type Rebuilt struct {
	Pages     int64
	Documents int
	Lists     int
	Nodes     int      // of indexes
	Late      int      // documents and lists that had not been written yet, as happens when a process is killed
	Wrong     []string // documents and parts of lists that the store had otherwise, the first hundred
	Others    int      // how many more
	Again     int      // events that are published again when the service runs next
}

func (r *Rebuilt) wrong(what string) {
	if len(r.Wrong) < 100 {
		r.Wrong = append(r.Wrong, what)
	} else {
		r.Others++
	}
}

// Rebuild derives every document and list from the pages again, compares them
// with what the store has, and writes what differs. Nobody may use the store
// meanwhile. say is told of progress. It keeps in memory the number of the last
// page of each document, the end of each list, and the marks of indexes.
//
// Events of pages since republish are published again by whoever keeps house
// next, as after the loss of a broker; none if it is zero. Subscribers know them
// by their ids.
func Rebuild(ctx context.Context, store Store, d Derived, republish time.Time, say func(pages int64)) (Rebuilt, error) {
	r := &rebuild{store: packed{store}, derived: d, group: d.Group, republish: republish, last: map[string]int64{}, lists: map[string]*head{},
		marks: map[nodeID]map[string]mark{}}
	if r.group == nil {
		r.group = func(string) string { return "" }
	}
	var err error
	if r.was, err = r.keeper(ctx); err != nil {
		return r.found, err
	}
	if r.indexed, err = r.readIndexed(ctx); err != nil {
		return r.found, err
	}
	if err := r.pages(ctx, 1, r.index); err != nil {
		return r.found, err
	}
	err = r.pages(ctx, 1, func(ctx context.Context, p *page) error {
		if p.N%1000 == 0 {
			say(p.N)
		}
		return r.page(ctx, p)
	})
	if err != nil {
		return r.found, err
	}
	for list, h := range r.lists {
		if err := r.end(ctx, list, h); err != nil {
			return r.found, err
		}
	}
	if err := r.compare(ctx); err != nil {
		return r.found, err
	}
	if err := r.indexes(ctx); err != nil {
		return r.found, err
	}
	slices.Sort(r.found.Wrong)
	return r.found, r.done(ctx)
}

// Derived says what follows from the commits beside documents and lists: Options
// has the same.
type Derived struct {
	Group func(key string) string
	Codec Codec // reads what Marks is given
	Marks func(key string, value any) []Mark
}

// want is what the store should have, as of a page.
type want struct {
	op    sidecar.Op
	pos   int64
	doc   string // the key of a document; empty for a list
	group string // where it may be instead
	body  []byte
}

type rebuild struct {
	store   Store
	group   func(key string) string
	derived Derived
	marks   map[nodeID]map[string]mark // by leaf and id
	indexed int64                      // the commit up to which indexes were written
	last    map[string]int64           // the last page of each document
	lists   map[string]*head
	was     keeper
	wants   []want
	found   Rebuilt

	republish time.Time
	unsaid    int64 // the first page since then
}

// pages reads all pages in order.
func (r *rebuild) pages(ctx context.Context, from int64, use func(context.Context, *page) error) error {
	for n := from; ; n++ {
		docs, err := r.store.GetMany(ctx, []string{pageKey(n)})
		if err != nil || !docs[pageKey(n)].Found() {
			return err
		}
		p := &page{N: n}
		if err := json.Unmarshal(docs[pageKey(n)].Value, p); err != nil {
			return fmt.Errorf("%s cannot be read: %w", pageKey(n), err)
		}
		if err := use(ctx, p); err != nil {
			return err
		}
	}
}

func (r *rebuild) index(_ context.Context, p *page) error {
	r.found.Pages = p.N
	if r.unsaid == 0 && !r.republish.IsZero() && !p.At.Before(r.republish) {
		r.unsaid = p.N
	}
	if r.unsaid > 0 { // whatever the clock of a replica said later
		r.found.Again += len(p.News)
	}
	for _, d := range p.Docs {
		r.last[d.Key] = p.N
	}
	return nil
}

func (r *rebuild) page(ctx context.Context, p *page) error {
	for _, d := range p.Docs {
		if err := r.mark(p.N, d); err != nil {
			return err
		}
		if r.last[d.Key] == p.N {
			r.found.Documents++
			if err := r.want(ctx, want{sidecar.Put(docKey(d.Key), seal(p.N, d.Body)), p.N, d.Key, r.group(d.Key), d.Body}); err != nil {
				return err
			}
		}
	}
	for _, a := range p.Lists {
		h := r.lists[a.List]
		if h == nil {
			h = &head{}
			r.lists[a.List] = h
		}
		h.add([]added{{p.N, a.Entries}})
		for _, part := range h.shed(a.List) {
			if err := r.want(ctx, want{op: part, pos: p.N}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *rebuild) end(ctx context.Context, list string, h *head) error {
	r.found.Lists++
	return r.want(ctx, want{op: sidecar.Put(listKey(list), h.encode()), pos: h.N})
}
