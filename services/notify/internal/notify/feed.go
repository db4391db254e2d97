package notify

import (
	"context"
	"errors"
	"time"
)

// Shown is one line of the feed: an event as those who watch see it.
type Shown struct {
	Pos        int64 // from 1, in the order in which events were told
	Type       string
	EventID    string
	OrderID    string
	CustomerID string
	Status     string
	Sequence   int64
	At         time.Time
	Late       bool // a newer event of the order was shown before: not its current status
}

// FeedFilter says which lines are wanted; what is empty wants all.
type FeedFilter struct{ CustomerID, OrderID string }

// Wants reports whether a line is wanted.
func (f FeedFilter) Wants(l Shown) bool {
	return (f.CustomerID == "" || f.CustomerID == l.CustomerID) && (f.OrderID == "" || f.OrderID == l.OrderID)
}

// FeedLimits are how many may watch the feed at a time.
type FeedLimits struct {
	Replica  int // all of one process
	Customer int // those of them that ask for the same customer
}

// ErrTooManyFeeds says that a limit was reached.
var ErrTooManyFeeds = errors.New("too many feeds are open")

// Feed is the list of all that was told, in one order that never changes.
type Feed interface {
	// Watch begins to watch what filter wants of the lines after position after; negative is from now on. Its error
	// is ErrTooManyFeeds, or that the store is away.
	Watch(ctx context.Context, filter FeedFilter, after int64) (Watch, error)
}

// Watch is one who watches the feed; Leave ends it.
type Watch interface {
	// Lines returns the next lines that are wanted, oldest first, the position up to which all lines have been looked
	// at, and whether there are more.
	Lines(ctx context.Context) (lines []Shown, upTo int64, more bool, err error)
	// Woken has a value when there may be lines to read.
	Woken() <-chan struct{}
	Leave()
}

// Shown returns the line of t, without its position.
func (t Told) Shown() Shown {
	e := t.f.Event
	return Shown{Type: e.Type, EventID: e.ID, OrderID: e.OrderID, CustomerID: e.CustomerID,
		Status: e.Status, Sequence: e.Sequence, At: e.At, Late: t.f.Late}
}
