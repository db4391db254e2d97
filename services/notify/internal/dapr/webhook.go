package dapr

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"orderly/services/notify/internal/egress"
	"orderly/services/notify/internal/notify"
)

// Webhook posts to the customer's own URL by the binding `webhook`.
//
// bindings.http has one fixed base URL in its component, and no metadata that
// replaces it. So the component's URL is this app itself: the message goes to
// /egress/<ticket> here, which sends it on, see package egress.
type Webhook struct {
	Binder Binder
	Key    func(context.Context) ([]byte, error) // signs messages
	Now    func() time.Time
}

// hook is the body of a webhook.
type hook struct {
	EventID    string    `json:"eventId"`
	Type       string    `json:"type"`
	OrderID    string    `json:"orderId"`
	CustomerID string    `json:"customerId"`
	Status     string    `json:"status"`
	Sequence   int64     `json:"sequence"`
	At         time.Time `json:"at"`
	Late       bool      `json:"late,omitempty"` // a newer message of the order was sent before
	notify.Details
}

// Send posts one message. It is signed over exactly the bytes of its body.
func (w Webhook) Send(ctx context.Context, msg notify.Message) (string, error) {
	ctx, end := span(ctx, "send webhook", msg)
	defer end()
	key, err := w.Key(ctx)
	if err != nil {
		return "", err
	}
	f := msg.Event.Fields()
	body, err := json.Marshal(hook{f.ID, f.Type, f.OrderID, f.CustomerID, f.Status, f.Sequence, f.At, msg.Late, f.Details})
	if err != nil {
		return "", err
	}
	err = w.Binder.Bind(ctx, WebhookOut, body, map[string]string{
		"path":         "/egress/" + egress.Seal(key, msg.To, w.Now()),
		"Content-Type": "application/json",
		"X-Signature":  "sha256=" + sign(key, body),
		"X-Event-Id":   f.ID,
		// What a receiver answers is no failure of the binding: the sidecar's breaker is one for all receivers.
		"errorIfNot2XX": "false",
	})
	if err != nil {
		return "", &notify.Failure{Public: "the webhook did not accept the message" + because(err), Err: err}
	}
	return "", nil
}

func sign(key, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
