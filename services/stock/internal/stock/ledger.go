package stock

import "time"

// Kind is what kind of change an entry of the ledger tells.
type Kind string

// The kinds of change.
const (
	KindReceived  Kind = "received"  // goods came in
	KindAdjusted  Kind = "adjusted"  // a count was put right; the quantity may be negative
	KindHeld      Kind = "held"      // available → reserved
	KindCommitted Kind = "committed" // reserved → sold
	KindReleased  Kind = "released"  // reserved → available
	KindReturned  Kind = "returned"  // sold → available
)

// effects is what one piece of each kind does to the counters. Every line keeps
// received = available + reserved + sold.
var effects = map[Kind]Counters{
	KindReceived:  {Received: +1, Available: +1},
	KindAdjusted:  {Received: +1, Available: +1},
	KindHeld:      {Available: -1, Reserved: +1},
	KindCommitted: {Reserved: -1, Sold: +1},
	KindReleased:  {Reserved: -1, Available: +1},
	KindReturned:  {Sold: -1, Available: +1},
}

// Entry is one change of one shelf. Sequence counts the changes of a SKU from 1
// without a gap.
type Entry struct {
	Sequence  int64
	Kind      Kind
	Quantity  int64
	OrderID   string
	Reference string
	Reason    string
	At        time.Time
}
