package stock

import (
	"errors"
	"fmt"
)

// MaxCount is the largest counter. Events pass through readers that keep
// numbers as floats: above 2^53 they would change on the way.
const MaxCount = 1<<53 - 1

// Counters say where all received pieces of a SKU are.
type Counters struct {
	Received, Available, Reserved, Sold int64
}

// Check refuses counters that cannot be.
func (c Counters) Check() error {
	for _, n := range []int64{c.Received, c.Available, c.Reserved, c.Sold} {
		if n < 0 || n > MaxCount {
			return fmt.Errorf("a counter is out of range: %+v", c)
		}
	}
	if c.Received != c.Available+c.Reserved+c.Sold {
		return fmt.Errorf("received is not available + reserved + sold: %+v", c)
	}
	return nil
}

// After returns the counters after one entry of the ledger. It returns
// ErrTooMany or ErrTooFew, and c unchanged, when they cannot take it.
func (c Counters) After(e Entry) (Counters, error) {
	per, known := effects[e.Kind]
	if !known {
		return c, errors.New("no such kind of change: " + string(e.Kind))
	}
	if e.Quantity > MaxCount || e.Quantity < -MaxCount {
		return c, ErrTooMany
	}
	n := Counters{
		Received:  c.Received + per.Received*e.Quantity,
		Available: c.Available + per.Available*e.Quantity,
		Reserved:  c.Reserved + per.Reserved*e.Quantity,
		Sold:      c.Sold + per.Sold*e.Quantity,
	}
	if n.Received > MaxCount {
		return c, ErrTooMany
	}
	if n.Check() != nil {
		return c, ErrTooFew
	}
	return n, nil
}

// Replay returns what a ledger adds up to.
func Replay(ledger []Entry) (Counters, error) {
	var c Counters
	for _, e := range ledger {
		var err error
		if c, err = c.After(e); err != nil {
			return c, fmt.Errorf("entry %d: %w", e.Sequence, err)
		}
	}
	return c, nil
}
