package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// A customer's address, a webhook's secret part and our own tokens and keys are in no log and no metric; metrics carry
// no ids either.
func TestNothingPrivateIsLogged(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	hook := s.Hook(1)
	secretURL := hook.URL + "?secret=" + s.Key("hush")
	phone := "+1415" + digits(s.Tag)
	s.Notify.Put("/v1/customers/"+s.Customer("ann")+"/contact", M{
		"email": s.Mail("ann"), "phone": phone, "webhookUrl": secretURL, "channels": []string{"email", "sms", "webhook"},
	}).Want(200)
	s.Notify.Put("/v1/customers/"+s.Customer("ann")+"/contact", M{"email": s.Mail("ann") + " x", "channels": []string{"email"}}).Want(400)
	book := s.Product("book", 10)
	o := s.Pay(s.Place("ann", line(book, 1)))
	s.PublishEvent("orders", s.Forge(s.Key("bad"), "confirmed", 1, nil, M{"customerId": 1, "email": s.Mail("ann")}))
	s.Dead("orders", s.Key("bad"))
	s.Until("the webhook is called", func() error { return harness.Expect("calls", len(hook.About(o.ID)), 2) })
	s.Once(o.ID)

	secrets, err := os.ReadFile(filepath.Join(s.Dir, ".data", "secrets.json"))
	if err != nil {
		t.Fatal(err)
	}
	signingKey := strings.Split(string(secrets), `"`)[3]
	private := map[string]string{
		"mail address": s.Mail("ann"), "phone": phone, "webhook": s.Key("hush"),
		"API token": s.Tokens.Dapr, "app token": s.Tokens.App, "signing key": signingKey,
	}
	logs := s.Logs()
	for _, app := range harness.Services { // a log that is not there tells nothing
		if len(logs[app]) == 0 || len(logs[app+".sidecar"]) == 0 {
			t.Errorf("%s has %d lines in its log, its sidecar %d", app, len(logs[app]), len(logs[app+".sidecar"]))
		}
	}
	for process, lines := range logs {
		for _, l := range lines {
			for what, word := range private {
				if strings.Contains(l, word) {
					t.Errorf("the log of %s tells the %s: %s", process, what, l)
				}
			}
		}
	}
	private["ids of the story"] = s.Tag
	private["order id"] = o.ID
	for _, app := range harness.Services {
		for _, url := range []string{s.AppURL(app) + "/metrics", s.MetricsURL(app) + "/metrics"} {
			for what, word := range private {
				if strings.Contains(s.Fetch(url), word) {
					t.Errorf("%s tells the %s", url, what)
				}
			}
		}
	}
}

// digits makes seven digits of a word.
func digits(word string) string {
	out := []byte(word + "0000000")[:7]
	for i := range out {
		out[i] = '0' + out[i]%10
	}
	return string(out)
}
