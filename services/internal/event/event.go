// Package event opens and closes CloudEvents 1.0 in their JSON form.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"orderly/services/internal/telemetry"
)

// Event is a CloudEvent with the extension attributes this system promises.
type Event struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Sequence        Sequence        `json:"sequence"` // per subject, gap-free from 1
	TraceParent     string          `json:"traceparent,omitempty"`
	TraceID         string          `json:"traceid,omitempty"` // Dapr overwrites traceparent unless this one is set too
	Baggage         string          `json:"baggage,omitempty"`
	Data            json.RawMessage `json:"data"`
}

// Sequence is a number that other producers may send as a string, as the
// CloudEvents sequence extension does.
type Sequence int64

// UnmarshalJSON reads 7 and "7".
func (s *Sequence) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil || n < 1 {
		return fmt.Errorf("sequence must be a whole number from 1, not %s", b)
	}
	*s = Sequence(n)
	return nil
}

// New returns the event number sequence of subject, with the deterministic id
// "<subject>.<sequence>" and the trace of ctx.
func New(ctx context.Context, source, typ, subject string, sequence int64, at time.Time, data any) (Event, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return Event{}, fmt.Errorf("event %s of %s: %w", typ, subject, err)
	}
	carried := telemetry.Carry(ctx)
	return Event{
		SpecVersion: "1.0", ID: fmt.Sprintf("%s.%d", subject, sequence), Source: source, Type: typ,
		Subject: subject, Time: at.UTC(), DataContentType: "application/json", Sequence: Sequence(sequence),
		TraceParent: carried["traceparent"], TraceID: carried["traceparent"], Baggage: carried["baggage"], Data: body,
	}, nil
}

// Context returns ctx with the trace and baggage the event carries.
func (e Event) Context(ctx context.Context) context.Context {
	return telemetry.Resume(ctx, map[string]string{"traceparent": e.TraceParent, "baggage": e.Baggage})
}
