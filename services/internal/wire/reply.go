package wire

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"orderly/services/internal/problem"
)

// Reply encodes v and then writes it, so that a failed encoding can still
// become a problem.
func Reply(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller is gone: nobody is left to tell
	return nil
}

// List is a page of a list. NextCursor is empty on the last page.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty"`
}

// Page is what ?limit= and ?cursor= ask for.
type Page struct {
	Limit  int
	Cursor string
}

// ReadPage reads ?limit= (1..200, default 50) and ?cursor= (opaque).
func ReadPage(r *http.Request) (Page, error) {
	q := r.URL.Query()
	p := Page{Limit: 50, Cursor: q.Get("cursor")}
	if s := q.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 200 {
			return p, Invalid(problem.Field{Field: "limit", Rule: "range", Message: "must be a whole number from 1 to 200"})
		}
		p.Limit = n
	}
	return p, nil
}

// BadCursor is the problem of a cursor that this service did not hand out.
func BadCursor() *problem.Problem {
	return Invalid(problem.Field{Field: "cursor", Rule: "cursor", Message: "must be a nextCursor of this list, as it was answered"})
}

// ReadTime reads an RFC 3339 time from query parameter name; zero when absent.
func ReadTime(r *http.Request, name string) (time.Time, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, Invalid(problem.Field{Field: name, Rule: "time", Message: "must be an RFC 3339 time such as 2026-01-31T09:30:00Z"})
	}
	return t, nil
}

// KnownQuery refuses query parameters other than names: a misspelt filter must
// not silently list everything.
func KnownQuery(r *http.Request, names ...string) error {
next:
	for got := range r.URL.Query() {
		for _, n := range names {
			if got == n {
				continue next
			}
		}
		return problem.New(http.StatusBadRequest, "unknown-parameter", "There is no query parameter %q here; remove it or check its spelling.", got)
	}
	return nil
}
