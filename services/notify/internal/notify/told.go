package notify

import (
	"slices"
	"time"
)

// Told is what was made of one event: a notice per channel. It is kept as one, so
// that an event is told once whatever the customer's contact is when it comes
// again.
type Told struct {
	f     ToldFields
	event string // its key
}

// ToldKey finds a Told: its order, and the key of its event.
type ToldKey struct{ OrderID, Event string }

// ToldFields are the values of a Told.
type ToldFields struct {
	Event   EventFields `json:"event"`
	Locale  string      `json:"locale"`
	Late    bool        `json:"late,omitempty"` // a newer event of the order was told before
	Notices []Notice    `json:"notices"`
}

// Notice is the telling on one channel.
type Notice struct {
	Channel   Channel   `json:"channel"`
	Status    Status    `json:"status"`
	Attempts  int       `json:"attempts"`         // finished ones
	At        time.Time `json:"at"`               // of the last change
	Due       time.Time `json:"due,omitzero"`     // while pending: somebody is sending until then, or it is to be sent then
	Leased    bool      `json:"leased,omitempty"` // somebody is sending until Due
	After     time.Time `json:"after,omitzero"`   // it waits for messages before it; for those not under way until then at most
	Late      bool      `json:"late,omitempty"`   // a newer message of the order was sent on the channel before
	To        string    `json:"to,omitempty"`
	Error     string    `json:"error,omitempty"` // public words, no address in it
	Reference string    `json:"reference,omitempty"`
}

// Status is what became of a notice.
type Status string

// The statuses. Pending is not shown as such.
const (
	Pending    Status = "pending"
	Sent       Status = "sent"
	Failed     Status = "failed"
	Suppressed Status = "suppressed"
)

// RestoreTold returns a Told as it was stored.
func RestoreTold(f ToldFields) (Told, error) {
	var bad Faults
	e, err := NewEvent(f.Event)
	if err != nil {
		bad.add("event", "event", err.Error())
	}
	if len(f.Notices) == 0 {
		bad.add("notices", "required", "is required")
	}
	for _, n := range f.Notices {
		if !slices.Contains([]Status{Pending, Sent, Failed, Suppressed}, n.Status) {
			bad.add("status", "oneof", "is unknown: "+string(n.Status))
		}
	}
	return Told{f, e.key}.clone(), bad.err()
}

// Fields returns the values of t.
func (t Told) Fields() ToldFields { return t.clone().f }

// Key identifies t.
func (t Told) Key() ToldKey { return ToldKey{t.f.Event.OrderID, t.event} }

// Event returns what t tells of.
func (t Told) Event() Event { return Event{t.f.Event, t.event} }

// Due returns when t next asks for work on a queue; zero when it is settled there.
func (t Told) Due(q Queue) time.Time {
	var due time.Time
	for _, n := range t.f.Notices {
		if n.Channel.queue() == q && n.Status == Pending && (due.IsZero() || n.Due.Before(due)) {
			due = n.Due
		}
	}
	return due
}

// leasedAt reports whether somebody may be sending a notice.
func (n *Notice) leasedAt(now time.Time) bool {
	return n.Status == Pending && n.Leased && n.Due.After(now)
}

func (t Told) clone() Told {
	t.f.Notices = slices.Clone(t.f.Notices)
	return t
}

func (t Told) notice(ch Channel) *Notice {
	for i := range t.f.Notices {
		if t.f.Notices[i].Channel == ch {
			return &t.f.Notices[i]
		}
	}
	return nil
}
