package dapr

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

// listChunk is how many orders are read at once to find those that a filter wants.
const listChunk = 100

// skew is how much later than its creation an order may enter the list.
const skew = time.Minute

// List returns a page of orders, newest first; see order.Store.
func (s *Store) List(ctx context.Context, f order.Filter) ([]order.Order, string, error) {
	before, err := openCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	list := created
	if f.CustomerID != "" {
		list = ofCustomer(f.CustomerID)
	}
	page := []order.Order{}
	for {
		chunk, err := s.chunk(ctx, list, before, f)
		if err != nil {
			return nil, "", err
		}
		if len(chunk) == 0 {
			return newestFirst(page), "", nil
		}
		ids := make([]string, len(chunk))
		for i, e := range chunk {
			ids[i] = e.ID
		}
		orders, err := s.Get(ctx, ids...)
		if err != nil {
			return nil, "", err
		}
		for _, e := range chunk {
			before = e.Pos
			if o := orders[e.ID]; f.Wants(o) {
				if page = append(page, o); len(page) == f.Limit {
					return newestFirst(page), cursor(before), nil
				}
			}
		}
	}
}

// chunk is the next entries of a list, newest first, that the filter may want.
func (s *Store) chunk(ctx context.Context, list string, before int64, f order.Filter) ([]ledger.Entry, error) {
	var out []ledger.Entry
	if before == 0 {
		return nil, nil
	}
	err := s.book.Back(ctx, list, before, func(e ledger.Entry) (bool, error) {
		if !f.From.IsZero() && e.At.Before(f.From.Add(-skew)) {
			return false, nil
		}
		out = append(out, e)
		return len(out) < listChunk, nil
	})
	return out, err
}

// newestFirst evens out what entered the list side by side.
func newestFirst(page []order.Order) []order.Order {
	slices.SortStableFunc(page, func(a, b order.Order) int { return b.CreatedAt().Compare(a.CreatedAt()) })
	return page
}

func cursor(before int64) string {
	if before == 0 {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte("o1:" + strconv.FormatInt(before, 10)))
}

// openCursor returns the position a page ends before; -1 for the newest.
func openCursor(s string) (int64, error) {
	if s == "" {
		return -1, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, order.ErrCursor
	}
	digits, ok := strings.CutPrefix(string(b), "o1:")
	pos, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || pos < 1 {
		return 0, order.ErrCursor
	}
	return pos, nil
}
