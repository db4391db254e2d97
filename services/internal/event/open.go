package event

import (
	"errors"
	"fmt"
	"strings"
)

// Open reads a CloudEvent; its errors say what is missing.
func Open(body []byte) (Event, error) {
	e, err := scan(body)
	if err != nil {
		return e, fmt.Errorf("not a CloudEvent: %w", err)
	}
	var wrong []string
	for _, must := range [...]struct {
		name  string
		there bool
	}{
		{"id", e.ID != ""}, {"source", e.Source != ""}, {"type", e.Type != ""}, {"subject", e.Subject != ""},
		{"sequence", e.Sequence > 0}, {"data", len(e.Data) > 0},
	} {
		if !must.there {
			wrong = append(wrong, must.name+" is missing")
		}
	}
	if e.SpecVersion != "1.0" {
		wrong = append(wrong, fmt.Sprintf("specversion must be 1.0, not %q", e.SpecVersion))
	}
	if len(wrong) > 0 {
		return e, errors.New("not a CloudEvent of ours: " + strings.Join(wrong, "; "))
	}
	return e, nil
}

// scan reads the attributes that an Event has and passes over others.
func scan(body []byte) (e Event, err error) {
	s := &scanner{text: body}
	err = s.object(func(name []byte) error {
		if err := e.scan(s, string(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if err == nil {
		err = s.end()
	}
	return e, err
}

// scan reads the value of the member with this name.
func (e *Event) scan(s *scanner, name string) (err error) {
	if text := e.text(name); text != nil {
		*text, err = s.string()
		return err
	}
	value, err := s.value()
	if err != nil {
		return err
	}
	switch name {
	case "time":
		return e.Time.UnmarshalJSON(value)
	case "sequence":
		return e.Sequence.UnmarshalJSON(value)
	case "data":
		e.Data = value
	}
	return nil
}

// text returns where an attribute that is text belongs; nil for any other.
func (e *Event) text(name string) *string {
	switch name {
	case "specversion":
		return &e.SpecVersion
	case "id":
		return &e.ID
	case "source":
		return &e.Source
	case "type":
		return &e.Type
	case "subject":
		return &e.Subject
	case "datacontenttype":
		return &e.DataContentType
	case "traceparent":
		return &e.TraceParent
	case "traceid":
		return &e.TraceID
	case "baggage":
		return &e.Baggage
	}
	return nil
}
