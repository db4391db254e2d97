package harness

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// Answer is what a service answered to a request.
type Answer struct {
	t            *testing.T
	Method, Path string
	Sent         []byte
	Status       int
	Header       http.Header
	Body         []byte
}

func (a Answer) String() string {
	return fmt.Sprintf("%s %s\n%s\n-> %d %s\n%s", a.Method, a.Path, cut(a.Sent), a.Status, a.Header.Get("Content-Type"), cut(a.Body))
}

func cut(b []byte) string {
	if len(b) > 2000 {
		return string(b[:2000]) + "…"
	}
	return string(b)
}

// Want ends the story unless the status is this one.
func (a Answer) Want(status int) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("want status %d:\n%s", status, a)
	}
	return a
}

// Into decodes the body.
func (a Answer) Into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%v:\n%s", err, a)
	}
}

// As decodes the body of an answer.
func As[T any](a Answer) T {
	a.t.Helper()
	var v T
	a.Into(&v)
	return v
}

// Problem is RFC 9457 with the members this system promises.
type Problem struct {
	Type, Title, Detail, Instance, Code, TraceID string

	Status    int
	Timestamp time.Time
	Errors    []struct{ Field, Rule, Message string }
	Shortages []Shortage
	Reasons   []string
	OrderID   string
}

// Problem ends the story unless the answer is a problem of this status and code. With an empty code any code will do.
func (a Answer) Problem(status int, code string) Problem {
	a.t.Helper()
	a.Want(status)
	p := As[Problem](a)
	if code != "" && p.Code != code {
		a.t.Errorf("want code %q:\n%s", code, a)
	}
	return p
}

// soundFailure says what a failure lacks of what every failure is promised to have.
func (a Answer) soundFailure() error {
	if a.Status < http.StatusBadRequest {
		return nil
	}
	var p Problem
	if err := json.Unmarshal(a.Body, &p); err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	retry, err := strconv.Atoi(a.Header.Get("Retry-After"))
	limited := a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable
	switch {
	case kind != "application/problem+json":
		return fmt.Errorf("content type is %q", kind)
	case p.Status != a.Status:
		return fmt.Errorf("member status is %d", p.Status)
	case p.Type == "" || p.Title == "" || p.Detail == "" || p.Instance == "" || p.Code == "":
		return fmt.Errorf("a member is missing: %+v", p)
	case len(p.TraceID) != 32:
		return fmt.Errorf("traceId is %q", p.TraceID)
	case time.Since(p.Timestamp).Abs() > time.Hour || p.Timestamp.Location() != time.UTC:
		return fmt.Errorf("timestamp is %s", p.Timestamp)
	case limited && (err != nil || retry < 1):
		return fmt.Errorf("Retry-After is %q", a.Header.Get("Retry-After"))
	}
	for _, e := range p.Errors {
		whole := e.Rule == "type" && e.Field == "" // the body itself is of the wrong type
		if e.Field == "" && !whole || e.Rule == "" || e.Message == "" {
			return fmt.Errorf("errors has %+v", e)
		}
	}
	return nil
}
