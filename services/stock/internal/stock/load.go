package stock

import (
	"context"
	"errors"
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

// Loaded is what became of a row: nothing, for Err; or, when the store failed,
// nobody knows.
type Loaded struct {
	Created, Updated, Received bool
	Err                        error
	Unknown                    bool
}

// Load creates or updates the product of a row and receives its goods, both or
// neither. A product that is as the row says keeps its version.
func (d *Desk) Load(row Row, at time.Time) (out Loaded, err error) {
	was, err := d.product(row.sku)
	out.Created, out.Updated = err != nil, err == nil
	before := Details{}
	if out.Updated {
		before = was.details
	}
	details, err := row.details(before)
	switch {
	case err != nil:
	case out.Created:
		_, err = d.Create(row.sku, details, at)
	case !details.equal(before):
		_, err = d.Revise(row.sku, details, nil, at)
	}
	if err != nil || row.receipt == nil {
		return out, err
	}
	got, err := d.Receive(*row.receipt, at)
	out.Received = !got.Replayed
	return out, err
}

// Load loads rows, each on its own and in their order, and says what became of
// each. The error is of the store, which failed some of them.
func (s *Service) Load(ctx context.Context, rows []Row) (out []Loaded, failed error) {
	at := s.at()
	out, errs := decideAll(ctx, s.store, rows, Row.about, func(d *Desk, r Row) (Loaded, error) {
		done, err := d.Load(r, at)
		if err != nil {
			return Loaded{}, refused{err}
		}
		return done, nil
	})
	for i, err := range errs {
		if row, ok := errors.AsType[refused](err); ok {
			out[i] = Loaded{Err: row.error}
		} else if err != nil {
			out[i], failed = Loaded{Unknown: true}, err
		}
	}
	return out, failed
}

// refused is why a row was not loaded, told apart from what the store says.
type refused struct{ error }

// about is of a row whose product is new: for all others the decision asks again.
func (r Row) about() Decision { return Decision{Want: Want{SKUs: []string{r.sku}}} }
