package event

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
)

// entry is one message of a bulk delivery.
type entry struct {
	id   string
	body []byte // as it was published
}

type verdict struct {
	EntryID string `json:"entryId"`
	Status  string `json:"status"` // SUCCESS or RETRY
}

// readBulk reads what a sidecar posts for a bulk subscription.
func readBulk(r *http.Request) ([]entry, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), 1<<20)) + bytes.MinRead)
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, wire.ReadFailed(err)
	}
	entries, err := openBulk(body.Bytes())
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "invalid-bulk", "Send a Dapr bulk envelope with entries.").Because(err)
	}
	return entries, nil
}

func openBulk(body []byte) (entries []entry, err error) {
	s := &scanner{text: body}
	err = s.object(func(name []byte) error {
		if string(name) != "entries" {
			_, err := s.value()
			return err
		}
		entries = make([]entry, 0, 16)
		return s.array(func() error {
			e, err := s.entry()
			entries = append(entries, e)
			return err
		})
	})
	if err == nil && entries == nil {
		err = fmt.Errorf("no entries")
	}
	if err == nil {
		err = s.end()
	}
	return entries, err
}

func (s *scanner) entry() (e entry, err error) {
	err = s.object(func(name []byte) (err error) {
		switch string(name) {
		case "entryId":
			e.id, err = s.string()
		case "event":
			e.body, err = s.payload()
		default:
			_, err = s.value()
		}
		return err
	})
	return e, err
}

// payload reads a message of either kind of subscription: by a raw one it comes
// as base64 in a string, by any other as the object that it is.
func (s *scanner) payload() ([]byte, error) {
	if s.next() != '"' {
		return s.value()
	}
	from := s.at
	text, err := s.string()
	if err != nil {
		return nil, err
	}
	if body, err := base64.StdEncoding.DecodeString(text); err == nil {
		return body, nil
	}
	return s.text[from:s.at], nil
}

// answer tells the sidecar what became of each entry: SUCCESS for nil, RETRY for
// an error.
func answer(w http.ResponseWriter, entries []entry, failed func(i int) error) error {
	out := struct {
		Statuses []verdict `json:"statuses"`
	}{make([]verdict, len(entries))}
	for i, e := range entries {
		out.Statuses[i] = verdict{e.id, "SUCCESS"}
		if failed(i) != nil {
			out.Statuses[i].Status = "RETRY"
		}
	}
	return wire.Reply(w, http.StatusOK, out)
}

// Each hands every message of a bulk delivery, as it was published, to handle,
// one after the other, and answers the sidecar.
func Each(w http.ResponseWriter, r *http.Request, handle func(ctx context.Context, body []byte) error) error {
	entries, err := readBulk(r)
	if err != nil {
		return err
	}
	return answer(w, entries, func(i int) error {
		return safely(func() error { return handle(r.Context(), entries[i].body) })
	})
}
