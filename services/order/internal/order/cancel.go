package order

import "time"

// Cancel gives the order up before it is shipped; its event gives the stock back.
func (o Order) Cancel(reason string, at time.Time) (Order, error) {
	return o.become(Cancelled, at, func(f *Fact) { f.Reason = reason })
}

// Expire ends an order that was not paid in time. One that is not due, or no
// longer waits, is left as it is.
func (o Order) Expire(now time.Time) (Order, error) {
	if !o.status.Open() || now.Before(o.expiresAt) {
		return o, nil
	}
	return o.become(Expired, now, func(*Fact) {})
}

// AttentionStock is what an order has whose stock could not be committed.
const AttentionStock = "stock"

// Flag marks a paid order whose stock could not be committed, for an operator
// to ship or cancel it. An order that went on meanwhile is left as it is.
func (o Order) Flag(what string, at time.Time) Order {
	if o.status != Paid || o.attention == what {
		return o
	}
	return o.record(AttentionV1, o.status, at, func(f *Fact) { f.Attention = what })
}
