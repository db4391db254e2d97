package stock

import (
	"context"
	"time"
)

// Row is one line of a catalogue that is loaded: a product, and the goods that
// came with it.
type Row struct {
	sku        string
	name       string
	price      Money
	lowStockAt *int64
	attributes map[string]string
	receipt    *Receipt
}

// NewRow returns a row. A nil lowStockAt or attributes leaves what an existing
// product has; receive 0 receives nothing, anything else needs a reference.
func NewRow(sku, name string, price Money, lowStockAt *int64, attributes map[string]string, receive int64, reference string) (Row, error) {
	r := Row{sku: sku, name: name, price: price, lowStockAt: lowStockAt, attributes: attributes}
	if _, err := r.details(Details{}); err != nil {
		return r, err
	}
	if receive == 0 {
		return r, nil
	}
	if receive < 0 || receive > MaxCount {
		return r, invalid("receive", "range", "must be a whole number from 0")
	}
	if reference == "" {
		return r, invalid("reference", "required", "is required with receive")
	}
	receipt, err := NewReceipt(sku, receive, reference)
	r.receipt = &receipt
	return r, err
}

func (r Row) details(was Details) (Details, error) {
	low, attributes := was.lowStockAt, r.attributes
	if r.lowStockAt != nil {
		low = *r.lowStockAt
	}
	if attributes == nil {
		attributes = was.attributes
	}
	return NewDetails(r.name, r.price, low, attributes)
}

// Loaded is what became of a row.
type Loaded struct {
	Created, Updated, Received bool
	Err                        error
}

// Load creates or updates the product of a row and receives its goods, both or
// neither. A product that is as the row says keeps its version.
func (d *Desk) Load(row Row, at time.Time) Loaded {
	was := d.shelves[row.sku]
	if was != nil {
		d.shelves[row.sku] = was.fork()
	}
	out, err := d.load(row, at)
	if err != nil {
		d.shelves[row.sku] = was
		if was == nil {
			delete(d.shelves, row.sku)
		}
		return Loaded{Err: err}
	}
	return out
}

func (d *Desk) load(row Row, at time.Time) (out Loaded, err error) {
	shelf := d.shelves[row.sku]
	out.Created = shelf == nil || shelf.removed
	out.Updated = !out.Created
	was := Details{}
	if out.Updated {
		was = shelf.product.details
	}
	details, err := row.details(was)
	switch {
	case err != nil:
	case out.Created:
		_, err = d.Create(row.sku, details, at)
	case !details.equal(was):
		_, err = d.Revise(row.sku, details, nil, at)
	}
	if err != nil || row.receipt == nil {
		return out, err
	}
	_, replayed, err := d.Receive(*row.receipt, at)
	out.Received = !replayed
	return out, err
}

// Load loads rows in one transaction, in their order, and says what became of
// each. The error is of the store: then none was loaded, or nobody knows.
func (s *Service) Load(ctx context.Context, rows []Row) ([]Loaded, error) {
	want, at := Want{}, s.at()
	for _, r := range rows {
		want.SKUs = append(want.SKUs, r.sku)
		if r.receipt != nil {
			want.References = append(want.References, r.receipt.reference)
		}
	}
	out := make([]Loaded, len(rows))
	err := s.store.Change(ctx, want, func(d *Desk) error {
		for i, r := range rows {
			out[i] = d.Load(r, at)
		}
		return nil
	})
	return out, err
}
