package dapr

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"orderly/services/internal/journal"
	"orderly/services/stock/internal/stock"
)

// index is the sorted SKUs, as far as the list of products was read.
type index struct {
	book *journal.Book
	mu   sync.Mutex
	next int64
	skus []string
}

// follow reads what was created since; other processes create too.
func (x *index) follow(ctx context.Context) error {
	had := len(x.skus)
	defer func() {
		if len(x.skus) > had {
			slices.Sort(x.skus)
		}
	}()
	for {
		entries, err := x.book.Read(ctx, products, x.next, indexStep)
		if err != nil {
			return unavailable(err)
		}
		for _, e := range entries {
			x.skus = append(x.skus, e.ID)
		}
		x.next += int64(len(entries))
		if len(entries) < indexStep {
			return nil
		}
	}
}

// indexStep is how many new entries of the list are read at once.
const indexStep = 5000

// SKUs returns up to limit SKUs that start with prefix and come after after.
func (s *Store) SKUs(ctx context.Context, prefix, after string, limit int) ([]string, error) {
	x := &s.index
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.follow(ctx); err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearch(x.skus, max(prefix, after))
	var out []string
	for _, sku := range x.skus[from:] {
		if len(out) == limit || !strings.HasPrefix(sku, prefix) {
			break
		}
		if sku != after {
			out = append(out, sku)
		}
	}
	return out, nil
}

// Ledger returns up to limit entries of a ledger after sequence after: from its
// pages, then from the SKU's own document.
func (s *Store) Ledger(ctx context.Context, sku string, after int64, limit int) ([]stock.Entry, error) {
	in, err := s.read(ctx, stock.Want{SKUs: []string{sku}})
	if err != nil || in.shelves[sku] == nil {
		return nil, err
	}
	shelf := in.shelves[sku].State()
	spilled := shelf.Version - int64(len(shelf.Tail))
	var out []stock.Entry
	for len(out) < limit && after < shelf.Version {
		page := shelf.Tail
		if after < spilled {
			if page, err = s.page(ctx, sku, after/pageSize); err != nil {
				return nil, err
			}
		}
		part := page[after-page[0].Sequence+1:]
		part = part[:min(len(part), limit-len(out))]
		out = append(out, part...)
		after += int64(len(part))
	}
	return out, nil
}

func (s *Store) page(ctx context.Context, sku string, n int64) ([]stock.Entry, error) {
	doc, err := s.state.Get(ctx, pageKey(sku, n))
	if err != nil {
		return nil, unavailable(err)
	}
	var page []entryRecord
	if err := json.Unmarshal(doc.Value, &page); err != nil || len(page) != pageSize {
		return nil, fmt.Errorf("%s cannot be read: %d entries, %w", doc.Key, len(page), err)
	}
	return entriesOf(page, n*pageSize), nil
}
