package main

import (
	"slices"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/internal/serve"
	"orderly/services/notify/internal/notify"
	"orderly/services/notify/wiring"
)

// config is what notify is told; see package settings for who says it.
type config struct {
	serve.Config
	Channels        []string        `envconfig:"NOTIFY_CHANNELS" default:"email,webhook" validate:"max=3,dive,oneof=email webhook sms" live:"true"` // that may be used now; what is for others is suppressed
	Lease           time.Duration   `envconfig:"NOTIFY_LEASE" default:"15s" validate:"min=1s,max=1h,gtfield=SendTimeout" live:"true"`               // after a crash, how long until its unfinished messages are sent
	SendTimeout     time.Duration   `envconfig:"NOTIFY_SEND_TIMEOUT" default:"5s" validate:"min=100ms,max=1m" live:"true"`                          // of one attempt
	Backoff         []time.Duration `envconfig:"NOTIFY_BACKOFF" default:"1s,5s,30s,2m,10m" validate:"max=20,dive,min=10ms,max=24h" live:"true"`     // pauses between attempts; one attempt more than pauses
	OrderWait       time.Duration   `envconfig:"NOTIFY_ORDER_WAIT" default:"30s" validate:"min=0,max=1h" live:"true"`                               // how long a message waits for those of the order's events before it
	MailSenders     int             `envconfig:"NOTIFY_MAIL_SENDERS" default:"16" validate:"min=1,max=64"`                                          // mails sent at once; one by bindings.smtp, whatever stands here
	WebhookSenders  int             `envconfig:"NOTIFY_WEBHOOK_SENDERS" default:"16" validate:"min=1,max=256"`                                      // webhooks sent at once
	PrivateWebhooks bool            `envconfig:"NOTIFY_PRIVATE_WEBHOOKS" default:"false"`                                                           // webhooks may go to loopback and private hosts
	// Feeds that may be open at a time, here and for one customer. Each costs some 20 KB.
	Feeds         int `envconfig:"NOTIFY_FEEDS" default:"10000" validate:"min=1,max=1000000" live:"true"`
	CustomerFeeds int `envconfig:"NOTIFY_FEEDS_PER_CUSTOMER" default:"20" validate:"min=1,max=1000000" live:"true"`
	// Ports of public hosts that webhooks may go to. Others are rather those of somebody's servers than of a receiver.
	WebhookPorts []int `envconfig:"NOTIFY_WEBHOOK_PORTS" default:"443,80" validate:"min=1,max=20,dive,min=1,max=65535"`
}

func (c config) wiring() wiring.Settings {
	s := wiring.Settings{Feeds: wiring.FeedLimits{Replica: c.Feeds, Customer: c.CustomerFeeds}, Lease: c.Lease, Timeout: c.SendTimeout, Pauses: c.Backoff, Wait: c.OrderWait,
		Limits: ledger.Limits{Changes: c.BatchLimit, Waiting: c.BatchWaiting, Published: c.PublishLimit}}
	for _, ch := range []notify.Channel{notify.Email, notify.Webhook, notify.SMS} {
		if !slices.Contains(c.Channels, string(ch)) {
			s.Off = append(s.Off, ch)
		}
	}
	return s
}
