package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/emersion/go-smtp"
)

type backend struct{ dir string }

// NewSession begins a conversation.
func (b backend) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{dir: b.dir}, nil }

// session is one conversation; it may bring several mails.
type session struct {
	dir  string
	from string
	to   []string
}

// Reset forgets the mail under way.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the conversation.
func (s *session) Logout() error { return nil }

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt adds a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data keeps the mail. It is answered OK when the file is whole.
func (s *session) Data(r io.Reader) error {
	text, err := readable(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	f, err := os.CreateTemp(s.dir, "half-")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "X-Envelope-From: %s\nX-Envelope-To: %s\n%s", s.from, strings.Join(s.to, ", "), text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(s.dir, "mail-"+strings.TrimPrefix(filepath.Base(f.Name()), "half-")))
}

// readable returns a mail with its headers and its body decoded, so that people and tests read what was written. Of a
// mail in parts the parts stay as they came.
func readable(r io.Reader) (string, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	decode := new(mime.WordDecoder)
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		for _, v := range m.Header[name] {
			if plain, err := decode.DecodeHeader(v); err == nil {
				v = plain
			}
			fmt.Fprintf(&out, "%s: %s\n", name, v)
		}
	}
	body := m.Body
	switch strings.ToLower(m.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	out.WriteString("\n")
	_, err = io.Copy(&out, body)
	return out.String(), err
}
