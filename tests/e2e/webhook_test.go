package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// A webhook is signed over its body with the key of the secret store, carries the trace, and is tried again when the
// receiver was not ready.
func TestWebhook(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	hook := s.Hook(1)
	s.Contact("ann", "en", hook.URL)
	o := s.Place("ann", line(s.Product("book", 10), 2))
	s.Until("the webhook is called", func() error { return harness.Expect("calls", len(hook.About(o.ID)), 1) })

	hit := hook.About(o.ID)[0]
	if kind := hit.Header.Get("Content-Type"); kind != "application/json" || !json.Valid(hit.Body) {
		t.Errorf("content type %s: %s", kind, hit.Body)
	}
	if want := signature(t, s, hit.Body); hit.Header.Get("X-Signature") != want {
		t.Errorf("signature is %q, not %q", hit.Header.Get("X-Signature"), want)
	}
	if parent := hit.Header.Get("traceparent"); !strings.Contains(parent, s.Trace) {
		t.Errorf("traceparent is %q, the trace %s", parent, s.Trace)
	}
	var said struct{ OrderID, CustomerID, Status, Type string }
	if err := json.Unmarshal(hit.Body, &said); err != nil || said.OrderID != o.ID || said.Status != "confirmed" || said.Type != "order.confirmed.v1" {
		t.Errorf("%v: %s", err, hit.Body)
	}
	for name, values := range hit.Header {
		for _, secret := range []string{s.Tokens.Dapr, s.Tokens.App} {
			if strings.Contains(strings.Join(values, " "), secret) {
				t.Errorf("the receiver is told a token of ours in %s", name)
			}
		}
	}
	s.Until("the second attempt is written down", func() error {
		for _, n := range s.Notifications(o.ID) {
			if n.Channel == "webhook" && n.Status == "sent" {
				return harness.Expect("attempts", n.Attempts, 2)
			}
		}
		return os.ErrNotExist
	})
	s.Once(o.ID)
	if n := len(hook.About(o.ID)); n != 1 {
		t.Errorf("the webhook was called %d times", n)
	}
}

func signature(t *testing.T, s *harness.Story, body []byte) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(s.Dir, ".data", "secrets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var secrets map[string]string
	if err := json.Unmarshal(file, &secrets); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(secrets["webhook-signing-key"]))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// A receiver cannot send a message on to somewhere inside: a redirect is a failure, and says so.
func TestWebhookRedirect(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Env: map[string][]string{"notify": {"NOTIFY_BACKOFF=100ms"}}})
	inside := s.Key("inside")
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.AppURL("stock")+"/v1/reservations/"+inside+"/commit", http.StatusTemporaryRedirect)
	}))
	defer hook.Close()
	s.Contact("ann", "en", hook.URL)
	o := s.Place("ann", line(s.Product("book", 10), 1))
	s.Until("the webhook has failed", func() error {
		for _, n := range s.Notifications(o.ID) {
			if n.Channel == "webhook" && n.Status == "failed" {
				if !strings.Contains(n.Error, "it answered 307, and redirects are not followed") {
					t.Errorf("the error is %q", n.Error)
				}
				return nil
			}
		}
		return os.ErrNotExist
	})
	const commits = `http_requests_total{method="POST",route="/v1/reservations/{orderId}/commit"`
	if strings.Contains(s.Fetch(s.AppURL("stock")+"/metrics"), commits) {
		t.Error("the redirect led to stock")
	}
	s.Stock.Post("/v1/reservations/"+inside+"/commit", nil).Want(http.StatusNotFound)
	if !strings.Contains(s.Fetch(s.AppURL("stock")+"/metrics"), commits) {
		t.Errorf("stock does not count commits as %s", commits)
	}
}

// Hundreds of messages to a receiver that refuses all of them do not cost others an attempt.
func TestDeadReceiver(t *testing.T) {
	t.Parallel()
	const refused = 400
	s := harness.Own(t, harness.Options{})
	dead, live := s.Hook(1_000_000), s.Hook(0)
	s.Contact("dead", "en", dead.URL)
	s.Contact("live", "en", live.URL)
	book := s.Product("book", 1000)
	placeMany(s, "dead", book, 500)
	s.Until("the receiver has refused many", func() error {
		if got := counted(s, refusedHooks); got < refused {
			return fmt.Errorf("%.0f of %d", got, refused)
		}
		return nil
	})
	o := s.Place("live", line(book, 1))
	s.Until("the other one is told", func() error { return harness.Expect("calls", len(live.About(o.ID)), 1) })
	s.Until("it is written down", func() error {
		for _, n := range s.Notifications(o.ID) {
			if n.Channel == "webhook" && n.Status == "sent" {
				return harness.Expect("attempts", n.Attempts, 1)
			}
		}
		return os.ErrNotExist
	})
}

var refusedHooks = regexp.MustCompile(`(?m)^notifications_total\{channel="webhook",outcome="retry"\} (\S+)$`)
