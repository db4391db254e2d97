package stock

import (
	"context"
	"time"
)

// Create adds a product; one that was removed comes back, with the history of
// its stock.
func (d *Desk) Create(sku string, details Details, at time.Time) (Product, error) {
	was := d.listed(sku)
	switch {
	case was == nil:
		return d.shelve(Product{sku: sku, details: details, version: 1, createdAt: at, updatedAt: at}), nil
	case !was.removed:
		return Product{}, ErrProductExists
	}
	p := was.with(details, at)
	p.createdAt, p.removed = at, false
	return d.shelve(p), nil
}

// Revise replaces a product's details. wanted, when given, says which version
// may be replaced: ErrVersionMismatch if it is another, or none.
func (d *Desk) Revise(sku string, details Details, wanted func(version int64) bool, at time.Time) (Product, error) {
	was, err := d.product(sku)
	if wanted != nil && (err != nil || !wanted(was.version)) {
		return Product{}, ErrVersionMismatch
	}
	if err != nil {
		return Product{}, err
	}
	return d.shelve(was.with(details, at)), nil
}

// Remove takes a product out of the catalogue. Its shelf stays, and must be
// empty but for what is sold.
func (d *Desk) Remove(sku string, at time.Time) (Product, error) {
	was, err := d.product(sku)
	if err != nil {
		return Product{}, err
	}
	if s := d.find(sku); s != nil && (s.counters.Available > 0 || s.counters.Reserved > 0) {
		return Product{}, ErrProductInUse
	}
	p := was.with(was.details, at)
	p.removed = true
	return d.shelve(p), nil
}

// product returns a product that exists.
func (d *Desk) product(sku string) (*Product, error) {
	if p := d.listed(sku); p != nil && !p.removed {
		return p, nil
	}
	return nil, &NoProduct{[]string{sku}}
}

// Create adds a product; ErrProductExists when there is one.
func (s *Service) Create(ctx context.Context, sku string, details Details) (Product, error) {
	at := s.at()
	return decide(ctx, s.store, wantProduct(sku), func(d *Desk) (Product, error) { return d.Create(sku, details, at) })
}

// Revise replaces a product's details if wanted, when given, allows its version.
func (s *Service) Revise(ctx context.Context, sku string, details Details, wanted func(int64) bool) (Product, error) {
	at := s.at()
	return decide(ctx, s.store, wantProduct(sku), func(d *Desk) (Product, error) { return d.Revise(sku, details, wanted, at) })
}

// Remove takes a product out of the catalogue.
func (s *Service) Remove(ctx context.Context, sku string) error {
	at := s.at()
	_, err := decide(ctx, s.store, wantProduct(sku), func(d *Desk) (Product, error) { return d.Remove(sku, at) })
	return err
}

func wantProduct(sku string) Want { return Want{SKUs: []string{sku}, Products: []string{sku}} }

// Product returns one product.
func (s *Service) Product(ctx context.Context, sku string) (Product, error) {
	return look(ctx, s.store, wantProduct(sku), func(d *Desk) (Product, error) {
		p, err := d.product(sku)
		if err != nil {
			return Product{}, err
		}
		return *p, nil
	})
}

// Products returns up to limit products by SKU, whose SKU starts with prefix
// and comes after after; more says that others follow.
func (s *Service) Products(ctx context.Context, prefix, after string, limit int) (found []Product, more bool, err error) {
	for len(found) <= limit {
		skus, err := s.store.SKUs(ctx, prefix, after, limit+1)
		if err != nil || len(skus) == 0 {
			return found, false, err
		}
		there, err := look(ctx, s.store, Want{SKUs: skus, Products: skus}, func(d *Desk) (there []Product, _ error) {
			for _, sku := range skus {
				if p, err := d.product(sku); err == nil {
					there = append(there, *p)
				}
			}
			return there, nil
		})
		if err != nil {
			return nil, false, err
		}
		found, after = append(found, there...), skus[len(skus)-1]
	}
	return found[:limit], true, nil
}
