package dapr

import (
	"context"

	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// write has all that a decision changed kept, by the transaction it was made in.
func write(ctx context.Context, t *ledger.Txn, c stock.Changes) error {
	for _, p := range c.Products {
		t.Put(productKey(p.SKU()), p)
		if p.Version() == 1 {
			t.Append(products, ledger.Entry{ID: p.SKU(), At: p.CreatedAt()})
		}
	}
	for _, s := range c.Shelves {
		t.Put(skuKey(s.Level().SKU), s)
	}
	for _, e := range c.Entries {
		line, err := entryOf(e.Entry)
		if err != nil {
			return err
		}
		t.Append(ledgerList(e.SKU), line)
	}
	for _, r := range c.Reservations {
		t.Put(holdKey(r.OrderID()), r)
		if r.State() == stock.Held {
			t.Remind(r.ExpiresAt(), r.OrderID())
		}
	}
	for _, a := range c.Answers {
		t.Put(refKey(a.Reference), a)
	}
	return tell(ctx, t, c.Events)
}
