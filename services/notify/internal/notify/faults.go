package notify

import (
	"errors"
	"strings"
)

var (
	// ErrNotFound says that there is nothing under this id.
	ErrNotFound = errors.New("not found")
	// ErrCursor says that a list's cursor is not one that it handed out.
	ErrCursor = errors.New("not a cursor of this list")
)

// Fault is one thing wrong with one value.
type Fault struct{ Field, Rule, Message string }

// Faults is everything wrong with an input; a constructor refuses it.
type Faults []Fault

func (f Faults) Error() string {
	said := make([]string, len(f))
	for i, one := range f {
		said[i] = one.Field + " " + one.Message
	}
	return strings.Join(said, "; ")
}

func (f *Faults) add(field, rule, message string) { *f = append(*f, Fault{field, rule, message}) }

// id wants what can travel in keys, paths and headers.
func (f *Faults) id(field, v string) {
	switch {
	case v == "":
		f.add(field, "required", "is required")
	case !validID(v):
		f.add(field, "id", `must be 1 to 128 printable ASCII characters without blanks or |/\?#%"`)
	}
}

func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

func validID(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || strings.IndexByte(`|/\?#%"`, c) >= 0 {
			return false
		}
	}
	return s != "" && len(s) <= 128
}
