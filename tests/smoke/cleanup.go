package main

import (
	"context"
	"fmt"
	"slices"
)

// counters are what stock says of a product.
type counters struct{ Available, Reserved, Sold int64 }

func (c counters) String() string {
	return fmt.Sprintf("%d available, %d reserved, %d sold", c.Available, c.Reserved, c.Sold)
}

func (s *shop) counters(ctx context.Context) (counters, error) {
	var c counters
	return c, s.call(ctx, "stock", "GET", "/v1/stock/"+s.tag, nil, &c, 200)
}

func (s *shop) contact() string { return "/v1/customers/" + s.tag + "/contact" }

// cleanUp cancels the order, empties the shelf and takes the product away; the customer wants no mail any more. What
// happened stays in the books: the order with its history, and the product's ledger.
func (s *shop) cleanUp(ctx context.Context) error {
	if !s.filled {
		return nil
	}
	if s.mail != "" {
		if err := s.call(ctx, "notify", "PUT", s.contact(), map[string]any{"channels": []string{}}, nil, 200); err != nil {
			return err
		}
	}
	if slices.Contains([]string{"pending", "confirmed", "paid"}, s.order.Status) {
		if err := s.until(ctx, func() error { return s.cancel(ctx) }); err != nil {
			return err
		}
	}
	var left counters
	if err := s.until(ctx, func() (err error) {
		if left, err = s.counters(ctx); err == nil && left.Reserved+left.Sold > 0 {
			err = fmt.Errorf("%s, and not given back", left)
		}
		return err
	}); err != nil {
		return err
	}
	if left.Available > 0 {
		adjust := map[string]any{"delta": -left.Available, "reason": "smoke test", "reference": s.tag + "-over"}
		if err := s.call(ctx, "stock", "POST", "/v1/stock/"+s.tag+"/adjustments", adjust, nil, 201); err != nil {
			return err
		}
	}
	return s.call(ctx, "stock", "DELETE", "/v1/products/"+s.tag, nil, nil, 204)
}
