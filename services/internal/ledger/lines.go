package ledger

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"orderly/services/internal/event"
)

// lines are entries of a list as JSON, with commas between. They are written
// once; pages, heads and parts are then put together without reading them.
type lines struct {
	text []byte
	n    int
}

func (l *lines) add(e Entry) {
	l.text = slices.Grow(l.text, len(e.ID)+len(e.Data)+56)
	if l.n++; l.n > 1 {
		l.text = append(l.text, ',')
	}
	l.text = event.AppendText(append(l.text, `{"id":`...), e.ID)
	l.text = e.At.AppendFormat(append(l.text, `,"at":"`...), time.RFC3339Nano)
	if l.text = append(l.text, '"'); len(e.Data) > 0 {
		l.text = append(append(l.text, `,"data":`...), e.Data...)
	}
	l.text = append(l.text, '}')
}

// join adds what other lines hold.
func (l *lines) join(more lines) {
	if l.n > 0 && more.n > 0 {
		l.text = append(l.text, ',')
	}
	l.text, l.n = append(l.text, more.text...), l.n+more.n
}

// cut takes the first n away, of which there must be more or as many.
func (l *lines) cut(n int) lines {
	if n == l.n {
		all := *l
		*l = lines{}
		return all
	}
	at := commaAfter(l.text, n)
	first := lines{l.text[:at:at], n}
	l.text, l.n = l.text[at+1:], l.n-n
	return first
}

// commaAfter returns where the comma after the n-th value of JSON text is, or the
// length of text.
func commaAfter(text []byte, n int) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ',' && depth == 0:
			if n--; n == 0 {
				return i
			}
		}
	}
	return len(text)
}

// array appends the lines as a JSON array.
func (l lines) array(dst []byte) []byte {
	return append(append(append(dst, '['), l.text...), ']')
}

// UnmarshalJSON takes in an array, whatever it holds: see entries.
func (l *lines) UnmarshalJSON(b []byte) error {
	if len(b) < 2 || b[0] != '[' {
		return errors.New("no array")
	}
	*l = lines{text: slices.Clone(b[1 : len(b)-1])}
	for rest := l.text; len(rest) > 0; l.n++ {
		rest = rest[min(commaAfter(rest, 1)+1, len(rest)):]
	}
	return nil
}

// entries reads the lines.
func (l lines) entries() ([]Entry, error) {
	entries := make([]Entry, 0, l.n)
	err := json.Unmarshal(l.array(nil), &entries)
	if err == nil && len(entries) != l.n {
		err = errors.New("entries are not as many as they were")
	}
	return entries, err
}
