package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"time"

	"orderly/services/notify/internal/notify"
)

// stream writes Server-Sent Events. What is sent leaves with the next flush.
type stream struct {
	conn net.Conn
	out  bytes.Buffer
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

// sendAll sends lines, and sends them off together.
func (s *stream) sendAll(lines []notify.Shown) error {
	for _, l := range lines {
		data, err := json.Marshal(shown{l.OrderID, l.CustomerID, l.Status, l.Sequence, l.At, l.EventID, l.Late})
		if err != nil {
			return err
		}
		fmt.Fprintf(&s.out, "id: %d\nevent: %s\ndata: %s\n\n", l.Pos, l.Type, data)
	}
	return s.flush()
}

// alive sends a comment, and an id without data when there is one.
func (s *stream) alive(id int64) error {
	s.out.WriteString(": alive\n")
	if id > 0 {
		fmt.Fprintf(&s.out, "id: %d\n", id)
	}
	s.out.WriteString("\n")
	return s.flush()
}

// flush writes what was sent. A client that does not read is let go: its connection would hold up the end of the
// service. The buffer is too, as most streams are silent most of the time.
func (s *stream) flush() error {
	defer func() { s.out = bytes.Buffer{} }()
	if err := s.conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := s.out.WriteTo(s.conn)
	return err
}
