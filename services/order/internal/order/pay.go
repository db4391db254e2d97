package order

import "time"

// Pay takes the customer's payment: confirmed → paid. The amount must be the
// total. The same reference again changes nothing.
func (o Order) Pay(p Payment, at time.Time) (Order, error) {
	if o.payment != nil && o.payment.Reference == p.Reference {
		if o.payment.Amount != p.Amount {
			return o, ErrAmountMismatch
		}
		return o, nil
	}
	if err := o.status.To(Paid); err != nil {
		return o, err
	}
	if p.Amount != *o.total {
		return o, ErrAmountMismatch
	}
	return o.become(Paid, at, func(f *Fact) { f.Payment = &p })
}
