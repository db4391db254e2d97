package dapr

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

type bound struct{ body []byte }

func (b *bound) Bind(_ context.Context, _ string, body []byte, _ map[string]string) error {
	b.body = body
	return nil
}

// A receiver is told that a message is older than one that it has.
func TestAWebhookSaysThatItIsLate(t *testing.T) {
	for _, late := range []bool{false, true} {
		var b bound
		hook := Webhook{Binder: &b, Key: func(context.Context) ([]byte, error) { return []byte("key"), nil }, Now: time.Now}
		if _, err := hook.Send(t.Context(), notify.Message{ID: "o.1", To: "https://example.com/", Event: eventOf(t, "o", 1, "cancelled"), Late: late}); err != nil {
			t.Fatal(err)
		}
		var said map[string]any
		if err := json.Unmarshal(b.body, &said); err != nil || (said["late"] == true) != late || said["eventId"] != "o.1" {
			t.Errorf("late %v: %s %v", late, b.body, err)
		}
	}
}
