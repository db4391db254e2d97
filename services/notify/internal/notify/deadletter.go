package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// DeadLetter is a message that a subscriber could not take, as it came.
type DeadLetter struct{ f DeadLetterFields }

// DeadLetterFields are the values of a DeadLetter.
type DeadLetterFields struct {
	ID         string     `json:"id"`
	Topic      string     `json:"topic"` // where it was published, and is replayed to
	App        string     `json:"app,omitempty"`
	Reason     string     `json:"reason"`
	Body       []byte     `json:"body"`
	EventID    string     `json:"eventId,omitempty"`
	TraceID    string     `json:"traceId,omitempty"`
	ReceivedAt time.Time  `json:"receivedAt"` // the last time
	Times      int        `json:"times"`
	Status     DeadStatus `json:"status"`
	Replaying  bool       `json:"replaying,omitempty"` // published again since ReceivedAt, or about to be

	Replays []ReplayRecord `json:"replays,omitempty"` // the newest last
	Wished  int64          `json:"wished,omitempty"`  // how many there were in all
}

// DeadStatus is what became of a dead letter.
type DeadStatus string

// The statuses of a dead letter.
const (
	Open      DeadStatus = "open"
	Replayed  DeadStatus = "replayed"
	Discarded DeadStatus = "discarded"
)

// onTheWay are attributes that the runtime adds or changes at each publish:
// they do not make another message of the same one.
var onTheWay = []string{"traceid", "traceparent", "tracestate", "baggage", "pubsubname", "topic", "expiration", "deadletterreason", "deadletterapp"}

// NewDeadLetter returns a dead letter that came at now.
func NewDeadLetter(topic, app, reason string, body []byte, now time.Time) DeadLetter {
	f := DeadLetterFields{ID: deadLetterID(topic, body), Topic: topic, App: app, Reason: reason, Body: body, ReceivedAt: now, Times: 1, Status: Open}
	var peek map[string]any
	if json.Unmarshal(body, &peek) == nil {
		f.EventID, _ = peek["id"].(string)
		parent, _ := peek["traceparent"].(string)
		f.TraceID = traceID(parent)
	}
	return DeadLetter{f}
}

// RestoreDeadLetter returns a dead letter as it was stored.
func RestoreDeadLetter(f DeadLetterFields) (DeadLetter, error) {
	var bad Faults
	if f.ID == "" || f.Topic == "" {
		bad.add("id", "required", "and topic are required")
	}
	if !slices.Contains([]DeadStatus{Open, Replayed, Discarded}, f.Status) {
		bad.add("status", "oneof", "is unknown: "+string(f.Status))
	}
	return DeadLetter{f}, bad.err()
}

// Replayed is how many times it was wished that d is published again. Each is an
// event, and this is its sequence.
func (d DeadLetter) Replayed() int64 { return max(d.f.Wished, int64(len(d.f.Replays))) }

// Fields returns the values of d.
func (d DeadLetter) Fields() DeadLetterFields { return d.f }

// deadLetterID is the same for the same message, however often it comes.
func deadLetterID(topic string, body []byte) string {
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	var members map[string]any
	if json.Valid(body) && in.Decode(&members) == nil && members != nil {
		for _, name := range onTheWay {
			delete(members, name)
		}
		if same, err := json.Marshal(members); err == nil {
			body = same
		}
	}
	sum := sha256.Sum256(append([]byte(topic+"\x00"), body...))
	return hex.EncodeToString(sum[:16])
}

// isObject reports whether the body is a JSON object, as every event is.
func (d DeadLetter) isObject() bool {
	return json.Valid(d.f.Body) && bytes.HasPrefix(bytes.TrimLeft(d.f.Body, " \t\r\n"), []byte("{"))
}
