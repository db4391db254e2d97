package order

import (
	"context"
	"errors"
	"slices"
	"time"
)

// What is overdue must not hold up what is new: neither here, where a portion is a
// part of a write, nor in stock and notify, which hear of one order after the other.
// So expireLimit orders expire at once, and where more are overdue the next portion
// waits until stock has given back what the last of them held: an order that is paid
// meanwhile has no more than a portion before it. Then two thirds of the time are left
// to others: a portion takes longer when they have much to do, and so does the pause.
const (
	expireLimit = 100
	expirePace  = 200 * time.Millisecond // from portion to portion, at least
	freedPace   = 20 * time.Millisecond  // between two questions to stock
	freedTime   = time.Second            // then the next tick goes on: it settles first
	freedLimit  = 10 * time.Second       // then stock is not waited for: its event may be dead
)

// portion is the last one that expired while others waited.
type portion struct {
	last string    // its last order, or empty when stock gave back what that held
	at   time.Time // when it expired
	next time.Time // when the next one may
}

// expire ends overdue orders. It never says that stock is silent: they end without it.
func (s *Service) expire(ctx context.Context, overdue []Order, did *Swept) (silent bool, err error) {
	changes := make([]Change, len(overdue))
	for i, o := range overdue {
		changes[i] = Change{ID: o.ID(), To: func(o Order) (Order, error) { return o.Expire(s.Now()) }}
	}
	var failed []error
	for some := range slices.Chunk(changes, expireLimit) {
		alone := len(changes) <= expireLimit // nothing waits behind it
		if !alone && !s.turn(ctx) {
			break // the next tick goes on
		}
		began := time.Now()
		failed = append(failed, s.change(ctx, some, func(o Order) {
			if o.Status() == Expired {
				did.Expired++
				s.expired = portion{last: o.ID(), at: began}
			}
		}))
		if alone {
			break
		}
	}
	return false, errors.Join(failed...)
}

// turn waits for the time at which the next portion may expire, and reports whether it came.
func (s *Service) turn(ctx context.Context) bool {
	for end := time.Now().Add(freedTime); s.expired.last != ""; {
		holds, err := s.Stock.Holds(ctx, s.expired.last)
		took := time.Since(s.expired.at)
		switch {
		case err == nil && !holds:
			s.expired.last, s.expired.next = "", time.Now().Add(max(expirePace-took, 2*took))
		case took >= freedLimit:
			s.expired.last = ""
		case err != nil || time.Now().After(end) || !pause(ctx, freedPace):
			return false
		}
	}
	rest := time.Until(s.expired.next)
	return rest <= freedTime && pause(ctx, rest)
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
