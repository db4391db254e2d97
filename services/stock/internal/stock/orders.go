package stock

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Orders knows what has become of orders.
type Orders interface {
	// Orders returns those of the orders that exist, by id. An error says that they
	// could not be asked for: then nobody knows.
	Orders(ctx context.Context, ids ...string) (map[string]Order, error)
}

// Order is what counts of an order for its goods.
type Order struct {
	Fate   Fate
	Status string    // what the order calls it, such as "cancelled"
	Lines  []Line    // what was bought
	Until  time.Time // an open order is over then, unless it is paid
}

// Fate is whether an order's goods are sold.
type Fate string

// The fates.
const (
	Open Fate = "open" // it waits for stock or money
	Sold Fate = "sold" // it was paid
	Over Fate = "over" // it was rejected or cancelled, or has expired

	Unclear Fate = "unclear" // a newer program has made it something else: its goods stay held
)

// errUnreserved says that an event is of an order that nothing was ever reserved
// for: what it says is to be confirmed first.
var errUnreserved = errors.New("nothing was ever reserved for this order")

// ErrNotConfirmed says that an order does not confirm what an event says of it, or
// does not exist.
var ErrNotConfirmed = errors.New("the order does not confirm this")

// ErrUnclear says that a newer program may know what an event means for the goods of
// its order: it is to be delivered again.
var ErrUnclear = errors.New("what the order is now is not known to this version of stock")

// unreserved refuses an event of an order that nothing was reserved for.
func unreserved(r *Reservation) error {
	if r.state == None {
		return errUnreserved
	}
	return nil
}

// confirmed does about an order that nothing was reserved for what the order itself
// says. said is what the event says: an order that is over was paid before, or never
// was, and an open one can have been neither.
func (s *Service) confirmed(ctx context.Context, id string, said Fate) (Reservation, error) {
	orders, err := s.orders.Orders(ctx, id)
	if err != nil {
		return Reservation{}, err
	}
	at := s.at()
	switch o, exists := orders[id]; {
	case !exists:
		return Reservation{}, fmt.Errorf("order %s does not exist: %w", id, ErrNotConfirmed)
	case o.Fate == Unclear:
		return Reservation{}, fmt.Errorf("order %s is %q: %w", id, o.Status, ErrUnclear)
	case o.Fate == Over:
		return s.settle(ctx, id, func(d *Desk, at time.Time) (Reservation, error) { return d.giveBack(d.reservation(id), o.Status, at) })
	case o.Fate == Sold && said == Sold:
		paid := Paid{id, o.Lines}
		return decide(ctx, s.store, paid.want(), func(d *Desk) (Reservation, error) { return d.pay(d.reservation(id), paid, at) })
	default:
		return Reservation{}, fmt.Errorf("order %s is %s: %w", id, o.Status, ErrNotConfirmed)
	}
}
