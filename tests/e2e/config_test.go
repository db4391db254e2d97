package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// A service with a bad configuration does not start, and one message names every bad variable.
func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	bin, err := harness.Binaries(harness.AsTests)
	if err != nil {
		t.Fatal(err)
	}
	good := []string{"APP_PORT=1", "APP_API_TOKEN=0123456789abcdef"}
	for _, c := range []struct {
		app  string
		env  []string
		want []string
	}{
		{"order", nil, []string{"APP_PORT", "APP_API_TOKEN"}},
		{"order", append(good, "ORDER_PAYMENT_TTL=soon", "LOG_LEVEL=loud", "DAPR_HTTP_PORT=http"), []string{"ORDER_PAYMENT_TTL", "LOG_LEVEL", "DAPR_HTTP_PORT"}},
		{"order", append(good, "ORDER_PAYMENT_TTL=-5m", "DAPR_GRPC_PORT=70000"), []string{"ORDER_PAYMENT_TTL", "DAPR_GRPC_PORT"}},
		{"order", []string{"APP_PORT=abc", "ORDER_PAYMENT_TTL=-5m"}, []string{"APP_PORT", "ORDER_PAYMENT_TTL", "APP_API_TOKEN"}},
		{"stock", []string{"APP_PORT=0", "APP_API_TOKEN=short"}, []string{"APP_PORT", "APP_API_TOKEN"}},
		{"notify", append(good, "NOTIFY_LEASE=never", "NOTIFY_MAIL_SENDERS=0"), []string{"NOTIFY_LEASE", "NOTIFY_MAIL_SENDERS"}},
	} {
		code, out := harness.Run(t, bin.Path(c.app), c.env)
		if code != 1 {
			t.Errorf("%s with %v ends with code %d:\n%s", c.app, c.env, code, out)
		}
		for _, name := range c.want {
			if !strings.Contains(out, name) {
				t.Errorf("%s with %v does not name %s:\n%s", c.app, c.env, name, out)
			}
		}
		if strings.Contains(out, "0123456789abcdef") {
			t.Errorf("%s prints its token:\n%s", c.app, out)
		}
	}
}
