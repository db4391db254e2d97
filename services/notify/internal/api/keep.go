package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/internal/serve"
	"orderly/services/notify/internal/notify"
)

// deadLetter is one as it is read. Body is JSON as it came; what is not JSON is
// a string, in Encoding.
type deadLetter struct {
	ID         string            `json:"id"`
	Topic      string            `json:"topic"`
	App        string            `json:"app,omitempty"`
	Reason     string            `json:"reason"`
	Body       json.RawMessage   `json:"body"`
	Encoding   string            `json:"encoding,omitempty"`
	EventID    string            `json:"eventId,omitempty"`
	TraceID    string            `json:"traceId,omitempty"`
	ReceivedAt time.Time         `json:"receivedAt"`
	Times      int               `json:"times"`
	Status     notify.DeadStatus `json:"status"`

	Replays []notify.ReplayRecord `json:"replays,omitempty"`
}

func showDeadLetter(d notify.DeadLetter) deadLetter {
	f := d.Fields()
	out := deadLetter{f.ID, f.Topic, f.App, f.Reason, f.Body, "", f.EventID, f.TraceID, f.ReceivedAt, f.Times, f.Status, f.Replays}
	var text string
	switch {
	case json.Valid(f.Body):
		return out
	case utf8.Valid(f.Body):
		out.Encoding, text = "text", string(f.Body)
	default:
		out.Encoding, text = "base64", base64.StdEncoding.EncodeToString(f.Body)
	}
	out.Body, _ = json.Marshal(text) // a string can always be
	return out
}

// keep takes in the dead letters of a topic, which may be anything at all.
func (a *API) keep(topic string) serve.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		return event.Each(w, r, func(ctx context.Context, raw []byte) error {
			body, app, reason := event.OpenDeadLetter(raw)
			if reason == "" { // the runtime made it: then it is what was published
				body, reason = raw, diagnose(raw)
			}
			err := a.Letters.Keep(ctx, topic, app, reason, body)
			if err != nil {
				a.Frame.Log.ErrorContext(ctx, "dead letter will be delivered again", "topic", topic, "error", err.Error())
				return err
			}
			a.DeadLetters.WithLabelValues(topic).Inc()
			return nil
		})
	}
}

// diagnose finds the reason of a dead letter that the runtime made: it gives none.
func diagnose(body []byte) string {
	if err := checkEvent(body); err != nil {
		return err.Error()
	}
	e, _ := event.Open(body)
	return "a subscriber kept failing; see its logs for event_id " + e.ID
}

// checkEvent says what keeps body from being an event that notify could take.
func checkEvent(body []byte) error {
	if !json.Valid(body) {
		return errors.New("not JSON")
	}
	e, err := event.Open(body)
	if err != nil {
		return err
	}
	if !notify.Concerns(e.Type) {
		return nil
	}
	_, err = openOrder(e)
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		said := p.Detail
		for _, f := range p.Fields {
			said += " " + f.Field + " " + f.Message + "."
		}
		return errors.New(said)
	}
	return err
}
