package main

import (
	"fmt"
	"sync/atomic"
)

const (
	products  = 10_000
	customers = 10_000
	plenty    = 1_000_000_000
)

// Indexes of the products beside the uniform ones.
const (
	hot   = products + iota // one for everybody
	flash                   // few for many
	bell                    // ordered to see whether notify has caught up
	shelves
)

// shelf is the products of one stack, and what the answers say about their stock.
type shelf struct {
	tag   string // begins every name, as a store may outlive its stack
	skus  []string
	few   int64          // units of the flash product
	held  []atomic.Int64 // units of orders answered 201
	maybe []atomic.Int64 // units of orders whose answer leaves it open
}

func newShelf(tag string, few int64) *shelf {
	s := &shelf{tag: tag, few: few, skus: make([]string, shelves), held: make([]atomic.Int64, shelves), maybe: make([]atomic.Int64, shelves)}
	for i := range products {
		s.skus[i] = fmt.Sprintf("%s-%05d", tag, i)
	}
	s.skus[hot], s.skus[flash], s.skus[bell] = tag+"-hot", tag+"-flash", tag+"-bell"
	return s
}

func (s *shelf) units(i int) int64 {
	if i == flash {
		return s.few
	}
	return plenty
}

// csv is the whole shelf as a body of POST /v1/products/import.
func (s *shelf) csv() []byte {
	text := []byte("sku,name,amount,currency,receive,reference\n")
	for i, sku := range s.skus {
		text = fmt.Appendf(text, "%s,Product %d,%d,USD,%d,%s\n", sku, i, 100+i%900, s.units(i), s.tag)
	}
	return text
}

// settle notes what an order's answer means for stock. A refusal (4xx) holds nothing; anything else but 201 may.
func (s *shelf) settle(a *ask, status int) {
	into := s.maybe
	switch {
	case status == 201:
		into = s.held
	case status >= 400 && status < 500:
		return
	}
	for _, l := range a.lines[:a.n] {
		into[l.product].Add(int64(l.units))
	}
}
