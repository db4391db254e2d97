package ledger

import "context"

// Glance returns documents as they are in memory or in places of their own, where they
// are there; not those that are in groups only. It is cheaper than View, and may show a
// document as an earlier commit left it: who glances must be able to tell.
func (b *Book) Glance(ctx context.Context, keys []string) (map[string]any, error) {
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	found := make(map[string]any, len(keys))
	var missing, read []string
	b.m.mu.Lock()
	for _, k := range keys {
		if c := b.m.cells[k]; c != nil {
			found[k] = c.value
		} else {
			missing, read = append(missing, k), append(read, docKey(k))
		}
	}
	b.m.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	docs, err := b.o.Store.GetMany(ctx, read)
	if err != nil {
		return nil, Unavailable(err)
	}
	for i, k := range missing {
		n, body, err := unseal(docs[read[i]])
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		if found[k], err = b.o.Codec.Decode(k, body); err != nil {
			return nil, err
		}
	}
	return found, nil
}
