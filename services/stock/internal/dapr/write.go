package dapr

import (
	"context"
	"encoding/json"

	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
	"orderly/services/stock/internal/stock"
)

// products is the list of SKUs in the order in which they were first created.
const products = "products"

// pageSize is how many entries of a ledger one page keeps; fewer than that are
// in the SKU's own document.
const pageSize = 50

// writes returns the transaction that keeps changes, and what it appends.
func (in *found) writes(ctx context.Context, changes stock.Changes) ([]sidecar.Op, []journal.Append, error) {
	var ops []sidecar.Op
	var created []journal.Entry
	for _, shelf := range changes.Shelves {
		state := shelf.State()
		more, err := spill(&state)
		if err != nil {
			return nil, nil, err
		}
		value, err := json.Marshal(shelfRecordOf(state))
		if err != nil {
			return nil, nil, err
		}
		doc := in.docs[skuKey(state.SKU)]
		ops = append(append(ops, more...), sidecar.Replace(doc, value))
		if !doc.Found() {
			created = append(created, journal.Entry{ID: state.SKU, At: state.Product.CreatedAt})
		}
	}
	entries, err := tell(ctx, changes.Events)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range changes.Reservations {
		state := r.Kept()
		value, err := json.Marshal(reservationRecordOf(state))
		if err != nil {
			return nil, nil, err
		}
		ops = append(ops, sidecar.Replace(in.docs[holdKey(state.OrderID)], value))
		entry := journal.Entry{ID: holdKey(state.OrderID), At: state.ChangedAt}
		if state.State == stock.Held {
			entry.Due = &state.ExpiresAt
		}
		entries = append(entries, entry)
	}
	for _, a := range changes.Answers {
		value, err := json.Marshal(answerRecordOf(a))
		if err != nil {
			return nil, nil, err
		}
		ops = append(ops, sidecar.Create(refKey(a.Reference), value))
	}
	var appends []journal.Append
	for list, entries := range map[string][]journal.Entry{Journal: entries, products: created} {
		if len(entries) > 0 {
			appends = append(appends, journal.Append{List: list, Entries: entries})
		}
	}
	return ops, appends, nil
}

// spill moves full pages from a ledger's tail to documents of their own.
func spill(s *stock.ShelfState) ([]sidecar.Op, error) {
	var ops []sidecar.Op
	for len(s.Tail) >= pageSize {
		value, err := json.Marshal(pageRecordOf(s.Tail[:pageSize]))
		if err != nil {
			return nil, err
		}
		first := s.Version - int64(len(s.Tail))
		ops = append(ops, sidecar.Put(pageKey(s.SKU, first/pageSize), value))
		s.Tail = s.Tail[pageSize:]
	}
	return ops, nil
}
