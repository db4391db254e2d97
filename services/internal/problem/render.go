package problem

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// ContentType of every failure.
const ContentType = "application/problem+json"

// Body returns the members of p as they are sent. instance is the path that
// failed, traceID the request's trace.
func (p *Problem) Body(instance, traceID string, at time.Time) map[string]any {
	b := map[string]any{}
	for k, v := range p.Extra {
		b[k] = v
	}
	b["type"] = "urn:orderly:problem:" + p.Code
	b["title"] = http.StatusText(p.Status)
	b["status"] = p.Status
	b["detail"] = p.Detail
	b["instance"] = instance
	b["code"] = p.Code
	b["timestamp"] = at.UTC().Format(time.RFC3339Nano)
	if traceID != "" {
		b["traceId"] = traceID
	}
	if len(p.Fields) > 0 {
		b["errors"] = p.Fields
	}
	return b
}

// Write sends p. It is the only code that writes a failure.
func (p *Problem) Write(w http.ResponseWriter, instance, traceID string, at time.Time) error {
	body, err := json.Marshal(p.Body(instance, traceID, at))
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
