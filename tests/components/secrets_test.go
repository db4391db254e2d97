package components

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"orderly/tests/harness"
)

const signingKey = "the-key-of-this-story"

// Secrets come from the environment where that is the store: webhooks are signed with what is there.
func secretsOfTheEnvironment(s *harness.Story) {
	hook := s.Hook(0)
	s.Contact("sue", "en", hook.URL)
	o := s.Place("sue", harness.Line(s.Product("secret", 1), 1))
	s.Until("the webhook is called", func() error { return harness.Expect("calls", len(hook.About(o.ID)), 1) })
	hit := hook.About(o.ID)[0]
	mac := hmac.New(sha256.New, []byte(signingKey))
	mac.Write(hit.Body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); hit.Header.Get("X-Signature") != want {
		s.T.Errorf("signature is %q, not %q", hit.Header.Get("X-Signature"), want)
	}
}
