package order

import "time"

// Confirm settles a pending order whose stock is now held at these prices; until
// is when it must be over, zero when stock does not say.
func (o Order) Confirm(priced []Item, at time.Time) (Order, error) {
	return o.confirm(priced, at, o.expiresAt, nil)
}

// Reject settles a pending order that stock could not hold, and says why.
func (o Order) Reject(items []Item, shortages []Shortage, reason string, at time.Time) (Order, error) {
	return o.reject(items, shortages, reason, at, nil)
}

func (o Order) confirm(priced []Item, at, expires time.Time, meta map[string]any) (Order, error) {
	total, err := sum(priced)
	if err != nil {
		return o, err
	}
	return o.become(Confirmed, at, func(f *Fact) {
		f.Items, f.Total, f.ExpiresAt, f.Metadata = priced, &total, &expires, meta
	})
}

func (o Order) reject(items []Item, shortages []Shortage, reason string, at time.Time, meta map[string]any) (Order, error) {
	return o.become(Rejected, at, func(f *Fact) {
		if total, err := sum(items); err == nil {
			f.Items, f.Total = items, &total // prices are known, though nothing is held
		}
		f.Shortages, f.Reason, f.Metadata = shortages, reason, meta
	})
}

// Decided returns the order as it was when stock had decided, or as it is when
// stock has not.
func (o Order) Decided() (Order, error) {
	for i, e := range o.history {
		if e.Data.Status != Pending {
			return Replay(o.history[:i+1])
		}
	}
	return o, nil
}
