package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

type setting struct {
	Name, Value, Origin string
	Live                bool
	Rejected            any
}

// What a service is told is shown with who said it, by both doors, and without its secrets.
func TestSettings(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		for app, c := range map[string]harness.Client{"order": s.Order, "stock": s.Stock, "notify": s.Notify} {
			answer := c.Get("/v1/settings").Want(http.StatusOK)
			for what, token := range map[string]string{"API token": s.Tokens.Dapr, "app token": s.Tokens.App} {
				if strings.Contains(string(answer.Body), token) {
					s.T.Errorf("%s shows the %s", app, what)
				}
			}
			got := map[string]setting{}
			for _, it := range harness.As[struct{ Items []setting }](answer).Items {
				got[it.Name] = it
			}
			for _, want := range append([]setting{
				{"APP_API_TOKEN", "***", "environment", false, nil},
				{"DAPR_API_TOKEN", "***", "environment", false, nil},
				{"PROFILE", "false", "default", false, nil},
				{"BATCH_LIMIT", "256", "default", true, nil},
				{"RATE_LIMIT", "0", "default", true, nil},
			}, ownSettings[app]...) {
				if got[want.Name] != want {
					s.T.Errorf("%s: %+v, want %+v", app, got[want.Name], want)
				}
			}
		}
	})
}

var ownSettings = map[string][]setting{
	"order": {{"ORDER_OPEN", "true", "default", true, nil}, {"ORDER_PAYMENT_TTL", "15m0s", "default", true, nil}},
	"stock": {{"STOCK_LOW_AT", "0", "default", true, nil}, {"STOCK_HOLD_TTL", "30m0s", "default", true, nil}},
	"notify": {
		{"NOTIFY_CHANNELS", "email,webhook", "default", true, nil},
		{"NOTIFY_BACKOFF", "1s,5s,30s,2m0s,10m0s", "default", true, nil},
		{"NOTIFY_PRIVATE_WEBHOOKS", "true", "environment", false, nil},
	},
}
