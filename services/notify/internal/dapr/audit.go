package dapr

import (
	"context"
	"encoding/json"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Audit is the topic that tells what operators do with dead letters.
const Audit = "deadletters"

// replayedData is the data of deadletter.replayed.v1.
type replayedData struct {
	DeadLetterID string    `json:"deadLetterId"`
	Topic        string    `json:"topic"`
	Event        deadEvent `json:"event"`
	Reason       string    `json:"reason"` // why it was a dead letter
	By           string    `json:"by"`
	Changed      []string  `json:"changed"` // members that were edited; none when it went as it came
	At           time.Time `json:"at"`
}

// deadEvent is which event it was; what is no text in it is left out.
type deadEvent struct {
	ID      string `json:"id,omitempty"`
	Source  string `json:"source,omitempty"`
	Type    string `json:"type,omitempty"`
	Subject string `json:"subject,omitempty"`
}

// audit publishes that somebody wished a dead letter to be published again, if that is what changed.
func audit(ctx context.Context, t *ledger.Txn, was, now notify.DeadLetter) error {
	n := now.Replayed()
	if n == was.Replayed() {
		return nil
	}
	f := now.Fields()
	last := f.Replays[len(f.Replays)-1]
	data := replayedData{DeadLetterID: f.ID, Topic: f.Topic, Event: eventIn(f.Body), Reason: f.Reason,
		By: last.By, Changed: last.Changed, At: last.At}
	if data.Changed == nil {
		data.Changed = []string{}
	}
	e, err := event.New(ctx, "/deadletters", "deadletter.replayed.v1", f.ID, n, last.At, data)
	if err != nil {
		return err
	}
	t.Publish(Audit, e)
	return nil
}

// eventIn reads what a body says of itself, however little that is.
func eventIn(body []byte) deadEvent {
	var all map[string]any
	if json.Unmarshal(body, &all) != nil {
		return deadEvent{}
	}
	text := func(name string) string { s, _ := all[name].(string); return s }
	return deadEvent{ID: text("id"), Source: text("source"), Type: text("type"), Subject: text("subject")}
}
