package notify

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAContactNeedsWhatItsChannelsNeed(t *testing.T) {
	good := ContactFields{CustomerID: "alice", Email: "alice@example.com", Phone: "+14155550100", Locale: "zh-CN",
		WebhookURL: "https://hooks.example.com/a?b=c", Channels: []Channel{Email, SMS, Webhook}}
	for _, c := range []struct {
		story  string
		change func(*ContactFields)
		field  string // that is faulty; empty when there is none
	}{
		{"as it should be", func(*ContactFields) {}, ""},
		{"no channels wanted", func(f *ContactFields) { *f = ContactFields{CustomerID: "alice", Channels: []Channel{}} }, ""},
		{"channels left out", func(f *ContactFields) { f.Channels = nil }, "channels"},
		{"unknown channel", func(f *ContactFields) { f.Channels = []Channel{"pigeon"} }, "channels[0]"},
		{"channel twice", func(f *ContactFields) { f.Channels = []Channel{Email, Email} }, "channels[1]"},
		{"email without address", func(f *ContactFields) { f.Email = "" }, "email"},
		{"sms without phone", func(f *ContactFields) { f.Phone = "" }, ""},
		{"webhook without URL", func(f *ContactFields) { f.WebhookURL = "" }, "webhookUrl"},
		{"not an address", func(f *ContactFields) { f.Email = "alice" }, "email"},
		{"two addresses", func(f *ContactFields) { f.Email = "a@example.com;b@example.com" }, "email"},
		{"a header in the address", func(f *ContactFields) { f.Email = "a@example.com\r\nBcc: b@example.com" }, "email"},
		{"a name and an address", func(f *ContactFields) { f.Email = "A <a@example.com>" }, "email"},
		{"national number", func(f *ContactFields) { f.Phone = "0155550100" }, "phone"},
		{"no language", func(f *ContactFields) { f.Locale = "../en" }, "locale"},
		{"no customer", func(f *ContactFields) { f.CustomerID = "" }, "id"},
	} {
		f := good
		c.change(&f)
		_, err := NewContact(f, public)
		bad, _ := err.(Faults) //nolint:errorlint // the constructor returns nothing else
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", c.story, err)
		case c.field != "" && (len(bad) == 0 || bad[0].Field != c.field):
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

var public = Reach{Ports: []int{443, 80, 8443}}

func TestWebhooksGoOutside(t *testing.T) {
	for url, want := range map[string]string{
		"https://hooks.example.com/x":          "",
		"http://93.184.216.34/":                "",
		"http://93.184.216.34:8443/":           "",
		"http://93.184.216.34:8080/":           "port",
		"https://hooks.example.com:22/":        "port",
		"https://hooks.example.com:0443/":      "",
		"http://[2606:4700::1111]/":            "",
		"ftp://example.com/":                   "http_url",
		"javascript:alert(1)":                  "http_url",
		"http:example.com":                     "http_url",
		"http://":                              "http_url",
		"not a url":                            "http_url",
		"https://me:pw@example.com/":           "userinfo",
		"https://example.com/#here":            "fragment",
		"http://localhost:8083/retries":        "public",
		"http://api.localhost/":                "public",
		"http://127.0.0.1/":                    "public",
		"http://127.1/":                        "public",
		"http://2130706433/":                   "public",
		"http://0.0.0.0/":                      "public",
		"http://10.1.2.3/":                     "public",
		"http://192.168.0.1/":                  "public",
		"http://169.254.169.254/latest":        "public",
		"http://[::1]/":                        "public",
		"http://[::ffff:127.0.0.1]/":           "public",
		"http://[fe80::1]/":                    "public",
		"http://[fd00::1]/":                    "public",
		"http://intranet/":                     "public",
		"http://db.internal/":                  "public",
		"http://EXAMPLE.com.:80/":              "",
		"http://metadata.google.internal./x":   "public",
		"http://stock.shop.svc/":               "public",
		"http://stock.shop.svc.cluster.local/": "public",
		"http://stock.shop.svc.example.com/":   "public",
		"http://a..example.com/":               "public",
	} {
		got := ""
		var bad Faults
		bad.webhook("webhookUrl", url, public)
		if len(bad) > 0 {
			got = bad[0].Rule
		}
		if got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
		if bad = nil; want == "public" || want == "port" {
			if bad.webhook("webhookUrl", url, Reach{Private: true}); len(bad) > 0 {
				t.Errorf("%s is refused where private hosts are allowed", url)
			}
		}
	}
}

func FuzzContact(f *testing.F) {
	f.Add([]byte(`{"CustomerID":"alice","Email":"a@example.com","Channels":["email"]}`))
	f.Add([]byte(`{"CustomerID":"a","WebhookURL":"http://[::1%25eth0]/","Channels":["webhook","sms"]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var in ContactFields
		if json.Unmarshal(body, &in) != nil {
			return
		}
		c, err := NewContact(in, public)
		if err != nil {
			return
		}
		if strings.ContainsAny(c.f.Email, "\r\n;,<> ") || strings.ContainsAny(c.f.WebhookURL, "\r\n") {
			t.Errorf("a contact that can smuggle: %+v", c.f)
		}
		if _, err := NewContact(c.Fields(), public); err != nil {
			t.Errorf("a contact is refused when it is read again: %v", err)
		}
	})
}
