package dapr

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"orderly/services/internal/sidecar"
	"orderly/services/notify/internal/notify"
)

// Versions of the stored documents. A document of a later version is refused: an
// old service must not write half of it back.
const (
	toldVersion    = 1
	contactVersion = 1
	deadVersion    = 1
)

type toldRecord struct {
	V    int               `json:"v"`
	Told notify.ToldFields `json:"told"`
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

// shown is the data of a line of the feed.
type shown struct {
	EventID    string    `json:"eventId"`
	OrderID    string    `json:"orderId"`
	CustomerID string    `json:"customerId"`
	Status     string    `json:"status"`
	Sequence   int64     `json:"sequence"`
	At         time.Time `json:"at"`
	Late       bool      `json:"late,omitempty"`
}

func read(what string, value []byte, into any, version *int, known int) error {
	if err := json.Unmarshal(value, into); err != nil {
		return fmt.Errorf("stored %s cannot be read: %w", what, err)
	}
	if *version < 1 || *version > known {
		return fmt.Errorf("stored %s has version %d, this service knows up to %d", what, *version, known)
	}
	return nil
}

func closeTold(t notify.Told) ([]byte, error) {
	return json.Marshal(toldRecord{V: toldVersion, Told: t.Fields()})
}

func openTold(value []byte) (notify.Told, error) {
	var r toldRecord
	if err := read("notification", value, &r, &r.V, toldVersion); err != nil {
		return notify.Told{}, err
	}
	return notify.RestoreTold(r.Told)
}

func closeContact(c notify.Contact) ([]byte, error) {
	f := c.Fields()
	return json.Marshal(contactRecord{contactVersion, f.CustomerID, f.Email, f.Phone, f.Locale, f.WebhookURL, f.Channels})
}

// openContact takes any host: whether a private one is told is decided at each event.
func openContact(value []byte) (notify.Contact, error) {
	var r contactRecord
	if err := read("contact", value, &r, &r.V, contactVersion); err != nil {
		return notify.Contact{}, err
	}
	return notify.NewContact(notify.ContactFields{CustomerID: r.CustomerID, Email: r.Email, Phone: r.Phone,
		Locale: r.Locale, WebhookURL: r.WebhookURL, Channels: r.Channels}, true)
}

func closeDead(d notify.DeadLetter) ([]byte, error) {
	return json.Marshal(deadRecord{V: deadVersion, Dead: d.Fields()})
}

func openDead(value []byte) (notify.DeadLetter, error) {
	var r deadRecord
	if err := read("dead letter", value, &r, &r.V, deadVersion); err != nil {
		return notify.DeadLetter{}, err
	}
	return notify.RestoreDeadLetter(r.Dead)
}

func openNewest(doc sidecar.Doc) (int64, error) {
	if !doc.Found() {
		return 0, nil
	}
	n, err := strconv.ParseInt(string(doc.Value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	return n, nil
}

func shownRecord(s notify.Shown) shown {
	return shown{s.EventID, s.OrderID, s.CustomerID, s.Status, s.Sequence, s.At, s.Late}
}
