package order

import "time"

// Ship hands the order to a carrier: paid → shipped.
func (o Order) Ship(carrier, trackingNumber string, at time.Time) (Order, error) {
	return o.become(Shipped, at, func(f *Fact) { f.Carrier, f.TrackingNumber = carrier, trackingNumber })
}

// Deliver ends the journey: shipped → delivered.
func (o Order) Deliver(at time.Time) (Order, error) {
	return o.become(Delivered, at, func(*Fact) {})
}
