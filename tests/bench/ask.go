package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// ask is one order that a client asks for.
type ask struct {
	customer int64
	n        int // lines
	lines    [2]struct{ product, units int32 }
}

// chooser decides what the nth request of a load asks for.
type chooser func(rng *rand.Rand, n int64, a *ask)

// uniform is two different products of all, for one of ten thousand customers.
func uniform(rng *rand.Rand, _ int64, a *ask) {
	first := rng.Int32N(products)
	second := rng.Int32N(products - 1)
	if second >= first {
		second++
	}
	a.customer, a.n = rng.Int64N(customers), 2
	a.lines[0].product, a.lines[0].units = first, 1
	a.lines[1].product, a.lines[1].units = second, 1+rng.Int32N(2)
}

// oneHot is one unit of the same product for everybody.
func oneHot(rng *rand.Rand, _ int64, a *ask) {
	a.customer, a.n = rng.Int64N(customers), 1
	a.lines[0].product, a.lines[0].units = hot, 1
}

// oneFlash is one unit of the flash product, for a customer who asks this once.
func oneFlash(_ *rand.Rand, n int64, a *ask) {
	a.customer, a.n = customers+n, 1
	a.lines[0].product, a.lines[0].units = flash, 1
}

// appendOrder appends the order as JSON.
func (s *shelf) appendOrder(b []byte, a *ask) []byte {
	b = append(append(append(b, `{"customerId":"`...), s.tag...), "-c"...)
	b = append(strconv.AppendInt(b, a.customer, 10), `","items":[`...)
	for i, l := range a.lines[:a.n] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, `{"sku":"`...), s.skus[l.product]...), `","quantity":`...)
		b = append(strconv.AppendInt(b, int64(l.units), 10), '}')
	}
	return append(b, "]}"...)
}

// ring asks for the bell, in the name of a customer of its own.
func (s *shelf) ring(n int64) (customer string, body []byte) {
	customer = fmt.Sprintf("%s-ringer%d", s.tag, n)
	return customer, fmt.Appendf(nil, `{"customerId":%q,"items":[{"sku":%q,"quantity":1}]}`, customer, s.skus[bell])
}
