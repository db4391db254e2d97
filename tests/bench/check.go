package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// units are the counters of a product.
type units struct {
	SKU       string
	Received  int64
	Available int64
	Reserved  int64
	Sold      int64
}

// check reads all of the stock and returns what is wrong with it: counters that do not add up, or that are not what
// the answers to orders say. What is seen then counts as said, so that each row is judged by itself.
func (s *system) check(ctx context.Context) error {
	var wrong []error
	for first := 0; first < shelves; first += 200 {
		last := min(first+200, shelves)
		var page struct{ Items []units }
		url := s.AppURL("stock") + "/v1/stock?sku=" + strings.Join(s.shelf.skus[first:last], "&sku=")
		if err := call(ctx, http.MethodGet, url, "", nil, http.StatusOK, &page); err != nil {
			return err
		}
		if len(page.Items) != last-first {
			return fmt.Errorf("asked for the stock of %d products, got %d", last-first, len(page.Items))
		}
		for i, u := range page.Items {
			wrong = append(wrong, s.shelf.judge(first+i, u))
		}
	}
	wrong = slices.DeleteFunc(wrong, func(err error) bool { return err == nil })
	if n := len(wrong); n > 3 {
		wrong = append(wrong[:3], fmt.Errorf("and %d products more", n-3))
	}
	return errors.Join(wrong...)
}

func (s *shelf) judge(i int, u units) error {
	held, maybe := s.held[i].Load(), s.maybe[i].Load()
	s.held[i].Store(u.Reserved)
	s.maybe[i].Store(max(held+maybe-u.Reserved, 0)) // an order that was answered 202 may be confirmed later
	switch {
	case u.SKU != s.skus[i]:
		return fmt.Errorf("asked for the stock of %s, got %s", s.skus[i], u.SKU)
	case u.Received != u.Available+u.Reserved+u.Sold || min(u.Available, u.Reserved, u.Sold) < 0:
		return fmt.Errorf("stock does not add up: %+v", u)
	case u.Received != s.units(i) || u.Sold != 0:
		return fmt.Errorf("%d were received and none sold: %+v", s.units(i), u)
	case u.Reserved < held || u.Reserved > held+maybe:
		return fmt.Errorf("orders hold %d, or up to %d by those without a clear answer: %+v", held, held+maybe, u)
	}
	return nil
}
