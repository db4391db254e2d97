package wiring

import (
	"context"

	"orderly/services/internal/event"
	"orderly/services/notify/internal/notify"
)

// Notification is one as a simulation sees it.
type Notification struct {
	EventID  string
	Channel  string
	Status   string // sent, failed or suppressed
	Attempts int
	Late     bool // a newer message was sent before
}

// Line is one of the feed.
type Line struct {
	Pos        int64 // from 1
	EventID    string
	OrderID    string
	CustomerID string
	Status     string
	Sequence   int64
	Late       bool
}

// Hear takes in an event as POST /events/orders does, once however often it is
// called; nil is SUCCESS.
func (n *Notify) Hear(ctx context.Context, e event.Event) error {
	heard := []*event.Heard{{Ctx: ctx, Event: e}}
	n.door.OnOrders(heard)
	return heard[0].Err
}

// SetContact has a customer told by e-mail; by nothing when it is empty.
func (n *Notify) SetContact(ctx context.Context, customerID, email string) error {
	f := notify.ContactFields{CustomerID: customerID, Email: email, Channels: []notify.Channel{}}
	if email != "" {
		f.Channels = append(f.Channels, notify.Email)
	}
	_, err := n.service.SetContact(ctx, f)
	return err
}

// Notifications lists what was told of an order, newest first.
func (n *Notify) Notifications(ctx context.Context, orderID string) ([]Notification, error) {
	var out []Notification
	for cursor := ""; ; {
		found, next, err := n.service.Notifications(ctx, notify.Filter{OrderID: orderID}, cursor, 200)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			out = append(out, Notification{f.EventID, string(f.Channel), string(f.Status), f.Attempts, f.Late})
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// Feed returns up to limit lines of the feed after position after, oldest first.
func (n *Notify) Feed(ctx context.Context, after int64, limit int) ([]Line, error) {
	lines, err := n.feed.Read(ctx, after, limit)
	out := make([]Line, len(lines))
	for i, l := range lines {
		out[i] = Line{l.Pos, l.EventID, l.OrderID, l.CustomerID, l.Status, l.Sequence, l.Late}
	}
	return out, err
}

// Retry takes what has come due, as the tick of each second does.
func (n *Notify) Retry(ctx context.Context) error { return n.service.Retry(ctx) }
