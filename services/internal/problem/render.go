package problem

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// ContentType of every failure.
const ContentType = "application/problem+json"

// members are those that every failure has.
type members struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail"`
	Instance  string  `json:"instance"`
	Code      string  `json:"code"`
	Timestamp string  `json:"timestamp"`
	TraceID   string  `json:"traceId,omitempty"`
	Fields    []Field `json:"errors,omitempty"`
}

// Told is a Problem as it is sent.
type Told struct {
	*Problem
	Instance string // the path that failed
	TraceID  string // of the request
	At       time.Time
}

// MarshalJSON puts the extension members behind those that every failure has.
func (t Told) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal(members{
		"urn:orderly:problem:" + t.Code, http.StatusText(t.Status), t.Status, t.Detail, t.Instance, t.Code,
		t.At.UTC().Format(time.RFC3339Nano), t.TraceID, t.Fields,
	})
	if err != nil || len(t.Extra) == 0 {
		return body, err
	}
	more, err := json.Marshal(t.Extra)
	if err != nil {
		return nil, err
	}
	return append(append(body[:len(body)-1], ','), more[1:]...), nil
}

// Write sends p. It is the only code that writes a failure.
func (p *Problem) Write(w http.ResponseWriter, instance, traceID string, at time.Time) error {
	body, err := Told{p, instance, traceID, at}.MarshalJSON()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", ContentType)
	h.Set("Cache-Control", "no-store")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.RetryAfter+time.Second-1)/time.Second)))
	}
	w.WriteHeader(p.Status)
	_, err = w.Write(body)
	return err
}
