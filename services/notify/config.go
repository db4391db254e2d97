package main

import (
	"time"

	"orderly/services/internal/serve"
)

// config is what notify is told by its environment.
type config struct {
	serve.Config
	Lease           time.Duration   `envconfig:"NOTIFY_LEASE" default:"15s" validate:"min=1s,max=1h,gtfield=SendTimeout"`           // after a crash, how long until its unfinished messages are sent
	SendTimeout     time.Duration   `envconfig:"NOTIFY_SEND_TIMEOUT" default:"5s" validate:"min=100ms,max=1m"`                      // of one attempt
	Backoff         []time.Duration `envconfig:"NOTIFY_BACKOFF" default:"1s,5s,30s,2m,10m" validate:"max=20,dive,min=10ms,max=24h"` // pauses between attempts; one attempt more than pauses
	MailSenders     int             `envconfig:"NOTIFY_MAIL_SENDERS" default:"1" validate:"min=1,max=64"`                           // mails sent at once; see run in main.go before raising it
	WebhookSenders  int             `envconfig:"NOTIFY_WEBHOOK_SENDERS" default:"16" validate:"min=1,max=256"`                      // webhooks sent at once
	PrivateWebhooks bool            `envconfig:"NOTIFY_PRIVATE_WEBHOOKS" default:"false"`                                           // webhooks may go to loopback and private hosts
}
