package stock

import (
	"context"
	"time"
)

// Reference is the caller's own name for a change of one SKU's stock: the same
// one is done once.
type Reference struct{ SKU, Name string }

// Answer is the first answer to a receipt or adjustment.
type Answer struct {
	Reference Reference
	Kind      Kind
	Quantity  int64
	Reason    string
	Level     Level
}

// Receipt is goods that came in.
type Receipt struct {
	reference Reference
	quantity  int64
}

// NewReceipt refuses a quantity outside 1..MaxCount and a missing reference.
func NewReceipt(sku string, quantity int64, reference string) (Receipt, error) {
	if quantity < 1 || quantity > MaxCount {
		return Receipt{}, invalid("quantity", "range", "must be a whole number from 1 to 9007199254740991")
	}
	return Receipt{Reference{sku, reference}, quantity}, checkReference(reference)
}

func checkReference(name string) error {
	if name == "" || len(name) > 128 {
		return invalid("reference", "id", "must be 1 to 128 characters")
	}
	return nil
}

// Changed is the level after a change; Replayed says that it was done before and
// this is the first answer, given again.
type Changed struct {
	Level
	Replayed bool
}

// Receive puts goods on a shelf, once per reference.
func (d *Desk) Receive(r Receipt, at time.Time) (Changed, error) {
	return d.once(r.reference, Entry{Kind: KindReceived, Quantity: r.quantity, Reference: r.reference.Name, At: at})
}

// once records e unless its reference was used before: then the first answer is
// given, or ErrReferenceReused when it was for something else.
func (d *Desk) once(ref Reference, e Entry) (Changed, error) {
	if a := d.answer(ref); a != nil {
		if a.Kind != e.Kind || a.Quantity != e.Quantity || a.Reason != e.Reason {
			return Changed{}, ErrReferenceReused
		}
		return Changed{a.Level, true}, nil
	}
	s, err := d.shelf(ref.SKU)
	if err != nil {
		return Changed{}, err
	}
	next, err := d.record(s, e)
	if err != nil {
		return Changed{}, err
	}
	d.changes.Answers = append(d.changes.Answers, &Answer{Reference: ref, Kind: e.Kind, Quantity: e.Quantity, Reason: e.Reason, Level: next.Level()})
	return Changed{next.Level(), false}, nil
}

// Receive puts goods on a shelf, once per reference.
func (s *Service) Receive(ctx context.Context, r Receipt) (Changed, error) {
	at := s.at()
	return decide(ctx, s.store, wantOnce(r.reference), func(d *Desk) (Changed, error) { return d.Receive(r, at) })
}

func wantOnce(ref Reference) Want {
	return Want{SKUs: []string{ref.SKU}, References: []Reference{ref}}
}
