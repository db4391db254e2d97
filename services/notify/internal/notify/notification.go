package notify

import "time"

// Notification is a notice as it is shown.
type Notification struct {
	ID         string
	EventID    string
	Parent     string // the event's traceparent
	OrderID    string
	CustomerID string
	Channel    Channel
	Template   string
	Status     Status
	Attempts   int
	At         time.Time
	Error      string
	Locale     string
	TraceID    string
	Reference  string
	Settled    bool // its status is final
	Late       bool // a newer message of the order was sent on the channel before
}

// Notifications returns the notices of t that can be shown: one that was not
// tried yet is neither sent nor failed and is left out.
func (t Told) Notifications() []Notification {
	var out []Notification
	for _, n := range t.f.Notices {
		if n.Status != Pending || n.Attempts > 0 {
			out = append(out, t.show(n))
		}
	}
	return out
}

func (t Told) show(n Notice) Notification {
	e := t.Event()
	v := Notification{
		ID: t.NoticeID(n.Channel), EventID: e.f.ID, Parent: e.f.TraceParent, OrderID: e.f.OrderID, CustomerID: e.f.CustomerID,
		Channel: n.Channel, Template: e.Template(), Status: n.Status, Attempts: n.Attempts, At: n.At,
		Error: n.Error, Locale: t.f.Locale, TraceID: e.TraceID(), Reference: n.Reference, Settled: n.Status != Pending, Late: n.Late,
	}
	if n.Status == Pending && n.Attempts > 0 {
		v.Status, v.Error = Failed, n.Error+"; will be retried"
	}
	return v
}

// NoticeID identifies the notice of t on a channel.
func (t Told) NoticeID(ch Channel) string { return t.event + ":" + string(ch) }

// Filter says which notifications are wanted; empty fields want all.
type Filter struct {
	CustomerID string
	OrderID    string
	Status     Status
}

// Wants reports whether n passes f.
func (f Filter) Wants(n Notification) bool {
	return (f.CustomerID == "" || f.CustomerID == n.CustomerID) &&
		(f.OrderID == "" || f.OrderID == n.OrderID) &&
		(f.Status == "" || f.Status == n.Status)
}
