package e2e

import (
	"testing"

	"orderly/tests/harness"
)

// The ledger has every change of a SKU, gap-free and by its cause; replaying it gives the counters.
func TestLedger(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 20)
		sold := s.Pay(s.Place("ann", line(book, 3)))
		s.HasUnits(book, 17, 0, 3)
		s.Cancel(sold)
		s.HasUnits(book, 20, 0, 0)
		held := s.Place("ann", line(book, 4))
		given := s.Cancel(s.Place("ann", line(book, 5)))
		s.Stock.Post("/v1/stock/"+book+"/adjustments", M{"delta": -6, "reason": "damaged", "reference": "count"})
		s.HasUnits(book, 10, 4, 0)

		entries := harness.All[harness.Entry](s.Stock, "/v1/stock/"+book+"/ledger?limit=2")
		byOrder, references := map[string]int{}, map[string]bool{}
		for i, e := range entries {
			if e.Sequence != int64(i+1) || e.Kind == "" || e.At.IsZero() {
				t.Errorf("entry %d is %+v", i+1, e)
			}
			byOrder[e.OrderID]++
			references[e.Reference] = true
		}
		for order, want := range map[string]int{sold.ID: 3, held.ID: 1, given.ID: 2} {
			if byOrder[order] != want {
				t.Errorf("order %s has %d entries, not %d: %+v", order, byOrder[order], want, entries)
			}
		}
		if !references["first"] || !references["count"] {
			t.Errorf("references are %v", references)
		}
		if err := replayLedger(t, entries).Are(10, 4, 0); err != nil {
			t.Error(err)
		}
		if version := s.Units(book).Version; version < int64(len(entries)) {
			t.Errorf("version %d after %d changes", version, len(entries))
		}
	})
}

// effects is what one unit of each kind of entry does.
var effects = map[string]harness.Units{
	"received":  {Received: +1, Available: +1},
	"adjusted":  {Received: +1, Available: +1},
	"held":      {Available: -1, Reserved: +1},
	"committed": {Reserved: -1, Sold: +1},
	"released":  {Reserved: -1, Available: +1},
	"returned":  {Sold: -1, Available: +1},
}

func replayLedger(t *testing.T, entries []harness.Entry) (u harness.Units) {
	for _, e := range entries {
		per, known := effects[e.Kind]
		if !known {
			t.Errorf("nobody knows entries of kind %q", e.Kind)
		}
		u.Received, u.Available = u.Received+per.Received*e.Quantity, u.Available+per.Available*e.Quantity
		u.Reserved, u.Sold = u.Reserved+per.Reserved*e.Quantity, u.Sold+per.Sold*e.Quantity
		if err := u.Sound(); err != nil {
			t.Errorf("after entry %d: %v", e.Sequence, err)
		}
	}
	return u
}
