package components

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"orderly/tests/harness"
)

// Secrets come from the environment where that is the store: webhooks are signed with what is there.
func TestSecretsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	const key = "the-key-of-this-story"
	s := harness.Own(t, harness.Options{
		Swap: map[string]string{"secrets.yaml": "components/secrets/environment.yaml"},
		Env:  map[string][]string{"notify.sidecar": {"webhook-signing-key=" + key}},
	})
	hook := s.Hook(0)
	s.Contact("ann", "en", hook.URL)
	o := s.Place("ann", harness.Line(s.Product("book", 1), 1))
	s.Until("the webhook is called", func() error { return harness.Expect("calls", len(hook.About(o.ID)), 1) })
	hit := hook.About(o.ID)[0]
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(hit.Body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); hit.Header.Get("X-Signature") != want {
		t.Errorf("signature is %q, not %q", hit.Header.Get("X-Signature"), want)
	}
}
