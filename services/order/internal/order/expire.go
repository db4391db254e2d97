package order

import (
	"context"
	"errors"
	"slices"
	"time"
)

// What is overdue must not hold up what is new: neither here, where a portion is a
// part of a write, nor in stock and notify, which hear of one order after the other.
// So expireLimit orders expire each expirePace, and fewer where the machine is busy:
// two thirds of the time are left to others. Where more are overdue, the next portion
// waits until stock has given back what the last of the one before held: an order
// that is paid meanwhile has no more than a portion before it.
const (
	expireLimit = 100
	expirePace  = 200 * time.Millisecond
	freedPace   = 20 * time.Millisecond // between two questions to stock
	freedTime   = time.Second           // then the next tick goes on: it settles first
	freedLimit  = 10 * time.Second      // then stock is not waited for: its event may be dead
)

// portion is the last one that expired while others waited.
type portion struct {
	last string // its last order, or empty when stock gave back what that held
	at   time.Time
}

func (s *Service) expire(ctx context.Context, overdue []Order, did *Swept) error {
	changes := make([]Change, len(overdue))
	for i, o := range overdue {
		changes[i] = Change{ID: o.ID(), To: func(o Order) (Order, error) { return o.Expire(s.Now()) }}
	}
	var failed []error
	for some := range slices.Chunk(changes, expireLimit) {
		alone := len(changes) <= expireLimit // nothing waits behind it
		if !alone && !s.freed(ctx) {
			break // the next tick goes on
		}
		began := time.Now()
		failed = append(failed, s.change(ctx, some, func(o Order) {
			if o.Status() == Expired {
				did.Expired++
				s.expired = portion{o.ID(), time.Now()}
			}
		}))
		if alone {
			break
		}
		took := time.Since(began)
		if !pause(ctx, max(expirePace-took, 2*took)) {
			break
		}
	}
	return errors.Join(failed...)
}

// freed waits until stock has given back what the last portion held, and reports
// whether the next may expire.
func (s *Service) freed(ctx context.Context) bool {
	for began := time.Now(); s.expired.last != "" && time.Since(s.expired.at) < freedLimit; {
		holds, err := s.Stock.Holds(ctx, s.expired.last)
		if err != nil {
			return false // stock is silent
		}
		if !holds {
			s.expired.last = ""
		} else if time.Since(began) >= freedTime || !pause(ctx, freedPace) {
			return false
		}
	}
	return true
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
