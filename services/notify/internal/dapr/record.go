package dapr

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// version of the stored documents. A document of a later version is refused: an
// old service must not write half of it back.
const version = 1

type storyRecord struct {
	V    int                 `json:"v"`
	Told []notify.ToldFields `json:"told"`

	Other []int64 `json:"other,omitempty"` // sequences of events that customers are not told of
}

type deadRecord struct {
	V    int                     `json:"v"`
	Dead notify.DeadLetterFields `json:"dead"`
}

type contactRecord struct {
	V          int              `json:"v"`
	CustomerID string           `json:"customerId"`
	Email      string           `json:"email,omitempty"`
	Phone      string           `json:"phone,omitempty"`
	Locale     string           `json:"locale"`
	WebhookURL string           `json:"webhookUrl,omitempty"`
	Channels   []notify.Channel `json:"channels"`
}

// Codec turns the documents of notify into values and back.
type Codec struct{}

// Encode writes a Story, a Contact or a DeadLetter.
func (Codec) Encode(key string, value any) ([]byte, error) {
	switch v := value.(type) {
	case notify.Story:
		return json.Marshal(storyRecord{version, v.Fields(), v.Other()})
	case notify.Contact:
		f := v.Fields()
		return json.Marshal(contactRecord{version, f.CustomerID, f.Email, f.Phone, f.Locale, f.WebhookURL, f.Channels})
	case notify.DeadLetter:
		return json.Marshal(deadRecord{version, v.Fields()})
	}
	return nil, fmt.Errorf("%s is no document of notify: %T", key, value)
}

// Decode reads what Encode wrote.
func (Codec) Decode(key string, body []byte) (any, error) {
	switch {
	case strings.HasPrefix(key, storyPrefix):
		var r storyRecord
		if err := read(key, body, &r, &r.V); err != nil {
			return nil, err
		}
		return notify.RestoreStory(r.Told, r.Other)
	case strings.HasPrefix(key, contactPrefix):
		var r contactRecord
		if err := read(key, body, &r, &r.V); err != nil {
			return nil, err
		}
		// Any host is taken: whether a private one is told is decided at each event.
		return notify.NewContact(notify.ContactFields{CustomerID: r.CustomerID, Email: r.Email, Phone: r.Phone,
			Locale: r.Locale, WebhookURL: r.WebhookURL, Channels: r.Channels}, notify.Reach{Private: true})
	case strings.HasPrefix(key, deadPrefix):
		var r deadRecord
		if err := read(key, body, &r, &r.V); err != nil {
			return nil, err
		}
		return notify.RestoreDeadLetter(r.Dead)
	}
	return nil, fmt.Errorf("%s is no document of notify", key)
}

func read(key string, body []byte, into any, v *int) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s cannot be read: %w", key, err)
	}
	if *v != version {
		return fmt.Errorf("%s has version %d, this service knows %d", key, *v, version)
	}
	return nil
}

// shown is the data of a line of the feed.
type shown struct {
	Type       string    `json:"type"`
	EventID    string    `json:"eventId"`
	OrderID    string    `json:"orderId"`
	CustomerID string    `json:"customerId"`
	Status     string    `json:"status"`
	Sequence   int64     `json:"sequence"`
	At         time.Time `json:"at"`
	Late       bool      `json:"late,omitempty"`
}

func feedLine(t notify.Told) (ledger.Entry, error) {
	s := t.Shown()
	data, err := json.Marshal(shown{s.Type, s.EventID, s.OrderID, s.CustomerID, s.Status, s.Sequence, s.At, s.Late})
	return ledger.Entry{ID: entryID(t.Key()), At: t.Fields().Notices[0].At, Data: data}, err
}

func openLines(entries []ledger.Entry) ([]notify.Shown, error) {
	out := make([]notify.Shown, len(entries))
	for i, e := range entries {
		var err error
		if out[i], err = openLine(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// openLine reads a line. Positions shown start at 1, so that "after 0" is
// everything.
func openLine(e ledger.Entry) (notify.Shown, error) {
	var s shown
	if err := json.Unmarshal(e.Data, &s); err != nil {
		return notify.Shown{}, fmt.Errorf("line %d of the feed cannot be read: %w", e.Pos, err)
	}
	return notify.Shown{Pos: e.Pos + 1, Type: s.Type, EventID: s.EventID, OrderID: s.OrderID,
		CustomerID: s.CustomerID, Status: s.Status, Sequence: s.Sequence, At: s.At, Late: s.Late}, nil
}
