package notify

import (
	"context"
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

// Feed is the list of all that was told, in one order that never changes.
type Feed interface {
	// End returns the position of the newest line, 0 when there is none.
	End(ctx context.Context) (int64, error)
	// Read returns up to limit lines after position after, oldest first.
	Read(ctx context.Context, after int64, limit int) ([]Shown, error)
	// Changed returns a channel that is closed when there is more to read.
	Changed() <-chan struct{}
}

// Shown returns the line of t, without its position.
func (t Told) Shown() Shown {
	e := t.f.Event
	return Shown{Type: e.Type, EventID: e.ID, OrderID: e.OrderID, CustomerID: e.CustomerID,
		Status: e.Status, Sequence: e.Sequence, At: e.At, Late: t.f.Late}
}
