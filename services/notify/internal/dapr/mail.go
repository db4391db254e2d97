package dapr

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"orderly/services/internal/telemetry"
	"orderly/services/notify/internal/letter"
	"orderly/services/notify/internal/notify"
)

// Binder is the sidecar's output bindings.
type Binder interface {
	Bind(ctx context.Context, binding string, data []byte, meta map[string]string) error
}

// Mail sends e-mail by the binding `mail`: a mail server, or a folder of files.
type Mail struct{ Binder Binder }

// Send writes the letter and hands it over. Its reference is the file's name,
// the same at each attempt, so that in a folder a repeat overwrites.
func (m Mail) Send(ctx context.Context, msg notify.Message) (string, error) {
	ctx, end := span(ctx, "send email", msg)
	defer end()
	l, err := letter.Write(msg.Event, msg.Locale, msg.Late, telemetry.Carry(ctx))
	if err != nil {
		return "", err
	}
	name := fileName(msg.Event.Fields())
	err = m.Binder.Bind(ctx, MailOut, l.HTML, map[string]string{"emailTo": msg.To, "subject": l.Subject, "fileName": name})
	if err != nil {
		return "", &notify.Failure{Public: "the mail server did not accept the message" + because(err), Err: err}
	}
	return name, nil
}

// fileName is <orderId>.<sequence>.<status>.<customer>.html, the customer hashed:
// names of files are seen by more people than their contents.
func fileName(f notify.EventFields) string {
	customer := sha256.Sum256([]byte(f.CustomerID))
	return fmt.Sprintf("%s.%d.%s.%s.html", safe(f.OrderID), f.Sequence, safe(f.Status), hex.EncodeToString(customer[:6]))
}

// safe makes an id a part of a file's name on any system. One that had to be
// changed gets a hash, so that two never become the same.
func safe(id string) string {
	out := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, id)
	if out == id && len(id) <= 80 {
		return out
	}
	sum := sha256.Sum256([]byte(id))
	return out[:min(len(out), 80)] + "-" + hex.EncodeToString(sum[:4])
}
