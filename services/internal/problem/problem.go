// Package problem is the one way a service says no: RFC 9457 problem details.
package problem

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// Problem is a failure as its caller sees it. Detail says how to fix it; Err is
// the private cause, which is logged and never sent.
type Problem struct {
	Status     int
	Code       string // stable slug, such as "out-of-stock"
	Detail     string
	Fields     []Field        // for validation failures
	Extra      map[string]any // extension members, such as "shortages"
	RetryAfter time.Duration  // sent as Retry-After when positive
	Err        error
}

// Field is one thing wrong with one field of the input.
type Field struct {
	Field   string `json:"field"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

// New returns a Problem; detail is a format for args.
func New(status int, code, detail string, args ...any) *Problem {
	return &Problem{Status: status, Code: code, Detail: fmt.Sprintf(detail, args...)}
}

// Because returns a copy of p that remembers its private cause.
func (p *Problem) Because(err error) *Problem {
	c := *p
	c.Err = err
	return &c
}

// With returns a copy of p with one more extension member.
func (p *Problem) With(name string, value any) *Problem {
	c := *p
	c.Extra = maps.Clone(p.Extra)
	if c.Extra == nil {
		c.Extra = map[string]any{}
	}
	c.Extra[name] = value
	return &c
}

// After returns a copy of p that asks the caller to come back after d.
func (p *Problem) After(d time.Duration) *Problem {
	c := *p
	c.RetryAfter = d
	return &c
}

func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Code + ": " + p.Err.Error()
	}
	return p.Code + ": " + p.Detail
}

func (p *Problem) Unwrap() error { return p.Err }

// Final reports whether asking again with the same input can only fail again.
// HTTP callers and event deliveries share this rule.
func (p *Problem) Final() bool {
	switch p.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return p.Status >= 400 && p.Status < 500
}

// Table turns an error of a service into its Problem; nil when it knows none.
type Table func(error) *Problem

// Of returns the Problem for err: err itself when it is one, what the table
// makes of it, else an internal error that keeps the cause private.
func (t Table) Of(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if t != nil {
		if p := t(err); p != nil {
			if p.Err == nil {
				p = p.Because(err)
			}
			return p
		}
	}
	return New(http.StatusInternalServerError, "internal", "Something failed on our side. Retry; if it persists, report the traceId.").Because(err)
}
