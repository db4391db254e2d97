package stock

import (
	"context"
	"time"
)

// Create puts a new product on a shelf; one that was removed comes back, with
// the history of its stock.
func (d *Desk) Create(sku string, details Details, at time.Time) (Product, error) {
	s := d.shelves[sku]
	switch {
	case s == nil:
		s = newShelf(sku, details, at)
		d.shelves[sku] = s
	case s.removed:
		p := s.product.with(details, at)
		p.createdAt = at
		s.revise(p, false)
	default:
		return Product{}, ErrProductExists
	}
	return s.product, nil
}

// Revise replaces a product's details. wanted, when given, says which version
// may be replaced: ErrVersionMismatch if it is another, or none.
func (d *Desk) Revise(sku string, details Details, wanted func(version int64) bool, at time.Time) (Product, error) {
	s, err := d.shelf(sku)
	if wanted != nil && (err != nil || !wanted(s.product.version)) {
		return Product{}, ErrVersionMismatch
	}
	if err != nil {
		return Product{}, err
	}
	s.revise(s.product.with(details, at), false)
	return s.product, nil
}

// Remove takes a product out of the catalogue. Its shelf stays, and must be
// empty but for what is sold.
func (d *Desk) Remove(sku string, at time.Time) error {
	s, err := d.shelf(sku)
	if err != nil {
		return err
	}
	if s.counters.Available > 0 || s.counters.Reserved > 0 {
		return ErrProductInUse
	}
	s.revise(s.product.with(s.product.details, at), true)
	return nil
}

// Create adds a product; ErrProductExists when there is one.
func (s *Service) Create(ctx context.Context, sku string, details Details) (p Product, err error) {
	at := s.at()
	err = s.store.Change(ctx, Want{SKUs: []string{sku}}, func(d *Desk) (err error) {
		p, err = d.Create(sku, details, at)
		return err
	})
	return p, err
}

// Revise replaces a product's details if wanted, when given, allows its version.
func (s *Service) Revise(ctx context.Context, sku string, details Details, wanted func(int64) bool) (p Product, err error) {
	at := s.at()
	err = s.store.Change(ctx, Want{SKUs: []string{sku}}, func(d *Desk) (err error) {
		p, err = d.Revise(sku, details, wanted, at)
		return err
	})
	return p, err
}

// Remove takes a product out of the catalogue.
func (s *Service) Remove(ctx context.Context, sku string) error {
	at := s.at()
	return s.store.Change(ctx, Want{SKUs: []string{sku}}, func(d *Desk) error { return d.Remove(sku, at) })
}

// Product returns one product.
func (s *Service) Product(ctx context.Context, sku string) (Product, error) {
	d, err := s.store.View(ctx, Want{SKUs: []string{sku}})
	if err != nil {
		return Product{}, err
	}
	shelf, err := d.shelf(sku)
	if err != nil {
		return Product{}, err
	}
	return shelf.product, nil
}

// Products returns up to limit products by SKU, whose SKU starts with prefix
// and comes after after; more says that others follow.
func (s *Service) Products(ctx context.Context, prefix, after string, limit int) (found []Product, more bool, err error) {
	for len(found) <= limit {
		skus, err := s.store.SKUs(ctx, prefix, after, limit+1)
		if err != nil || len(skus) == 0 {
			return found, false, err
		}
		d, err := s.store.View(ctx, Want{SKUs: skus})
		if err != nil {
			return nil, false, err
		}
		for _, sku := range skus {
			if shelf, err := d.shelf(sku); err == nil {
				found = append(found, shelf.product)
			}
		}
		after = skus[len(skus)-1]
	}
	return found[:limit], true, nil
}
