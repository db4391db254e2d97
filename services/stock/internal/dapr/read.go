package dapr

import (
	"context"
	"maps"
	"slices"
	"strings"

	"orderly/services/internal/sidecar"
	"orderly/services/stock/internal/stock"
)

// found is documents as they were read, and what they say.
type found struct {
	docs         map[string]sidecar.Doc
	shelves      map[string]*stock.Shelf
	reservations []*stock.Reservation
	answers      []stock.Answer
}

// read reads what is wanted, at once.
func (s *Store) read(ctx context.Context, want stock.Want) (*found, error) {
	var keys []string
	for _, sku := range want.SKUs {
		keys = append(keys, skuKey(sku))
	}
	for _, id := range want.Orders {
		keys = append(keys, holdKey(id))
	}
	for _, ref := range want.References {
		keys = append(keys, refKey(ref))
	}
	slices.Sort(keys)
	docs, err := s.state.GetMany(ctx, slices.Compact(keys))
	if err != nil {
		return nil, unavailable(err)
	}
	in := &found{docs: docs, shelves: map[string]*stock.Shelf{}}
	return in, in.open()
}

// open decodes the documents; one that cannot be read is never overwritten.
func (in *found) open() error {
	for key, doc := range in.docs {
		if !doc.Found() {
			continue
		}
		var err error
		switch kind, _, _ := strings.Cut(key, ":"); kind {
		case "sku":
			var shelf *stock.Shelf
			if shelf, err = readShelf(doc); err == nil {
				in.shelves[shelf.Level().SKU] = shelf
			}
		case "hold":
			var r *stock.Reservation
			r, err = readReservation(doc)
			in.reservations = append(in.reservations, r)
		case "ref":
			var a stock.Answer
			a, err = readAnswer(doc)
			in.answers = append(in.answers, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// skus returns the SKUs of the reservations that were not read yet.
func (in *found) skus() []string {
	missing := map[string]bool{}
	for _, r := range in.reservations {
		for _, l := range r.Lines() {
			if _, read := in.docs[skuKey(l.SKU)]; !read {
				missing[l.SKU] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

func (in *found) add(more *found) {
	maps.Copy(in.docs, more.docs)
	maps.Copy(in.shelves, more.shelves)
}

func (in *found) desk() *stock.Desk {
	return stock.NewDesk(slices.Collect(maps.Values(in.shelves)), in.reservations, in.answers)
}
