package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"orderly/services/notify/internal/notify"
)

// stream writes Server-Sent Events.
type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

// patience is how long a client may take to read what was written to it.
const patience = 20 * time.Second

// shown is the data of a message of the feed.
type shown struct {
	OrderID    string    `json:"orderId"`
	CustomerID string    `json:"customerId"`
	Status     string    `json:"status"`
	Sequence   int64     `json:"sequence"`
	At         time.Time `json:"at"`
	EventID    string    `json:"eventId"`
	Late       bool      `json:"late,omitempty"`
}

func openStream(w http.ResponseWriter) stream {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies that know it pass each message on at once
	w.WriteHeader(http.StatusOK)
	s := stream{w, http.NewResponseController(w)}
	_, _ = fmt.Fprint(w, "retry: 2000\n\n") // a failure shows at the next write
	return s
}

// sendAll sends lines, and sends them off together.
func (s stream) sendAll(lines []notify.Shown) error {
	for _, l := range lines {
		if err := s.send(l); err != nil {
			return err
		}
	}
	return s.flush()
}

func (s stream) send(l notify.Shown) error {
	data, err := json.Marshal(shown{l.OrderID, l.CustomerID, l.Status, l.Sequence, l.At, l.EventID, l.Late})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.w, "id: %d\nevent: %s\ndata: %s\n\n", l.Pos, l.Type, data)
	return err
}

// alive sends a comment, and an id without data when there is one.
func (s stream) alive(id int64) error {
	line := ": alive\n\n"
	if id > 0 {
		line = fmt.Sprintf(": alive\nid: %d\n\n", id)
	}
	if _, err := fmt.Fprint(s.w, line); err != nil {
		return err
	}
	return s.flush()
}

// flush sends what was written. A client that does not read is let go: its
// connection would hold up the end of the service.
func (s stream) flush() error {
	if err := s.rc.SetWriteDeadline(time.Now().Add(patience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return s.rc.Flush()
}
