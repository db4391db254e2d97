package dapr

import (
	"context"
	"slices"
	"strings"
	"sync"

	"orderly/services/internal/ledger"
)

// index is the sorted SKUs, as far as the list of products was read.
type index struct {
	book *ledger.Book
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
			return err
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
