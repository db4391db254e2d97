package dapr

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

const (
	listChunk = 100  // orders read at once
	mostLooks = 1000 // orders of a customer that one page looks at; its cursor goes on
	few       = 100  // orders of a state among which those of a customer are looked for
)

// skew is how much later than its creation an order may enter a list.
const skew = time.Minute

// List returns a page of orders, newest first; see order.Store. All orders, and those
// of a customer, are lists; what else is wanted is found in the index.
func (s *Store) List(ctx context.Context, f order.Filter) ([]order.Order, string, error) {
	place, err := unseal(f)
	if err != nil {
		return nil, "", err
	}
	if f.CustomerID == "" { // an operator waits for customers
		leave, err := s.lists.Enter(ctx, s.book)
		if err != nil {
			return nil, "", err
		}
		defer leave()
	}
	ofIndex, err := s.ofIndex(ctx, f, place)
	if err != nil {
		return nil, "", err
	}
	var page []order.Order
	switch {
	case ofIndex:
		page, place, err = s.indexed(ctx, place, f)
	case f.CustomerID != "":
		page, place, err = s.listed(ctx, ofCustomer(f.CustomerID), place, f)
	default:
		page, place, err = s.listed(ctx, created, place, f)
	}
	if err != nil {
		return nil, "", err
	}
	slices.SortStableFunc(page, func(a, b order.Order) int { return b.CreatedAt().Compare(a.CreatedAt()) })
	return page, seal(f, place), nil
}

// ofIndex reports whether a list is found in the index: not so all orders, nor those
// of a customer, unless few are in the state that is wanted.
func (s *Store) ofIndex(ctx context.Context, f order.Filter, place string) (bool, error) {
	anyState := len(f.Statuses) == 0 && f.Attention == ""
	switch {
	case f.CustomerID == "":
		return !anyState || !f.To.IsZero(), nil
	case anyState:
		return false, nil
	case place != "": // it goes on as it began
		return strings.Contains(place, "."), nil
	}
	return s.book.Few(ctx, byCreation, wantsLabel(f), few)
}

// indexed returns those orders of the index that the filter wants.
func (s *Store) indexed(ctx context.Context, place string, f order.Filter) (page []order.Order, next string, err error) {
	after, err := readInstant(place)
	if err != nil {
		return nil, "", err
	}
	for rounds := mostLooks / listChunk; ; rounds-- {
		found, end, err := s.book.Search(ctx, ledger.Search{Index: byCreation, Want: wantsLabel(f), From: f.From, Until: f.To, After: after, Limit: f.Limit - len(page)})
		if err != nil {
			return nil, "", err
		}
		orders, err := s.marked(ctx, f, found)
		if err != nil {
			return nil, "", err
		}
		page, after = append(page, orders...), end // those that are otherwise by now are left out
		if after == (ledger.Place{}) || len(page) == f.Limit || rounds == 0 {
			return page, instant(after), nil
		}
	}
}

// marked reads the orders that marks are of. A group of new orders is read only where
// the order that is wanted may be in it: that with its label is the newest there is, as
// no order has one twice.
func (s *Store) marked(ctx context.Context, f order.Filter, marks []ledger.Mark) ([]order.Order, error) {
	ids, keys := make([]string, len(marks)), []string{}
	for i, m := range marks {
		ids[i] = m.ID
		if status := order.Status(strings.Fields(m.Label)[0]); status != order.Confirmed && status != order.Rejected && status != order.Pending {
			keys = append(keys, key(m.ID))
		}
	}
	seen, err := s.book.Glance(ctx, keys)
	if err != nil {
		return nil, err
	}
	var rest []string
	for _, m := range marks {
		if o, ok := seen[key(m.ID)].(order.Order); !ok || label(o.Status(), o.Attention()) != m.Label {
			rest = append(rest, m.ID)
		}
	}
	orders, err := s.Get(ctx, rest...)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		if _, read := orders[m.ID]; !read {
			if o, ok := seen[key(m.ID)].(order.Order); ok {
				orders[m.ID] = o
			}
		}
	}
	return pick(f, ids, orders), nil
}

// wanted reads orders and returns those that the filter wants as they are now.
func (s *Store) wanted(ctx context.Context, f order.Filter, ids []string) ([]order.Order, error) {
	orders, err := s.Get(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return pick(f, ids, orders), nil
}

func pick(f order.Filter, ids []string, orders map[string]order.Order) []order.Order {
	page := make([]order.Order, 0, len(ids))
	for _, id := range ids {
		if o := orders[id]; f.Wants(o) {
			page = append(page, o)
		}
	}
	return page
}

// listed returns those orders of a list that the filter wants.
func (s *Store) listed(ctx context.Context, list, place string, f order.Filter) (page []order.Order, next string, err error) {
	before, err := readPosition(place)
	if err == nil && before < 0 && !f.To.IsZero() {
		before, err = s.seek(ctx, list, f.To.Add(skew))
	}
	if err != nil {
		return nil, "", err
	}
	for looks := 0; before != 0 && looks < mostLooks; looks += listChunk {
		chunk, err := s.chunk(ctx, list, before, f)
		if err != nil {
			return nil, "", err
		}
		if len(chunk) == 0 {
			return page, "", nil
		}
		ids := make([]string, len(chunk))
		for i, e := range chunk {
			ids[i] = e.ID
		}
		orders, err := s.wanted(ctx, f, ids)
		if err != nil {
			return nil, "", err
		}
		before = chunk[len(chunk)-1].Pos
		if room := f.Limit - len(page); len(orders) >= room {
			page = append(page, orders[:room]...)
			last := slices.Index(ids, page[len(page)-1].ID())
			return page, position(chunk[last].Pos), nil
		}
		page = append(page, orders...)
	}
	return page, position(before), nil
}

// chunk is the next entries of a list, newest first, that the filter may want.
func (s *Store) chunk(ctx context.Context, list string, before int64, f order.Filter) ([]ledger.Entry, error) {
	most := listChunk
	if len(f.Statuses) == 0 && f.Attention == "" {
		most = min(most, f.Limit) // it wants nearly all
	}
	var out []ledger.Entry
	err := s.book.Back(ctx, list, before, func(e ledger.Entry) (bool, error) {
		if !f.From.IsZero() && e.At.Before(f.From.Add(-skew)) {
			return false, nil
		}
		if !e.At.Before(f.From) && (f.To.IsZero() || e.At.Before(f.To)) {
			out = append(out, e)
		}
		return len(out) < most, nil
	})
	return out, err
}

// seek returns a position of a list before which everything is that was created
// before at: entries are in the order of their times but for a little.
func (s *Store) seek(ctx context.Context, list string, at time.Time) (int64, error) {
	end, err := s.book.End(ctx, list)
	if err != nil {
		return 0, err
	}
	const step = 64 // a part of a list: what is nearer is read anyway
	n := sort.Search(int(end/step), func(i int) bool {
		if err != nil {
			return true
		}
		var e []ledger.Entry
		e, err = s.book.Read(ctx, list, int64(i)*step, 1)
		return len(e) == 1 && !e[0].At.Before(at)
	})
	if int64(n) >= end/step {
		return end, err
	}
	return int64(n) * step, err
}
