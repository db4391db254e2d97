// Command notify tells customers what happens to their orders, and keeps what
// nobody could take.
package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/services/internal/serve"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/notify/contract"
	"orderly/services/notify/internal/api"
	"orderly/services/notify/internal/dapr"
	"orderly/services/notify/internal/notify"
)

func main() { serve.Main("notify", run) }

func run(ctx context.Context) error {
	var cfg config
	if err := serve.Load(&cfg); err != nil {
		return err
	}
	log := telemetry.Logger(os.Stdout, "notify", cfg.LogLevel)
	log.InfoContext(ctx, "configuration", serve.Settings(cfg)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	frame := serve.NewFrame("notify", cfg.Config, log, sc, needs, api.Problems, contract.Files)
	store := dapr.NewStore(sc.State(dapr.StateStore))
	feed := dapr.NewFeed(store, log)
	key := dapr.Key(sc, dapr.SigningKey)
	// bindings.smtp (1.16) keeps the recipient and the subject of a call in memory
	// that all its calls share: two at once may swap them. Hence one mail at a time
	// unless the set's mail component is known to be another.
	outlets := map[notify.Channel]notify.Outlet{
		notify.Email:   {Sender: dapr.Mail{Binder: sc}, SideBySide: cfg.MailSenders},
		notify.Webhook: {Sender: dapr.Webhook{Binder: sc, Key: key, Now: now}, SideBySide: cfg.WebhookSenders},
	}
	rules := notify.Rules{Lease: cfg.Lease, Timeout: cfg.SendTimeout, Pauses: cfg.Backoff, Private: cfg.PrivateWebhooks}
	outcomes := frame.Metrics.Counter("notifications_total", "Notifications by what became of it: sent, suppressed, retry or failed.", "channel", "outcome")
	service := notify.NewService(store, outlets, rules, now, observe(log, outcomes))
	a := &api.API{
		Frame: frame, Notify: service, Feed: feed, Key: key, Now: now,
		Letters:     notify.DeadLetters{Store: store, Publisher: dapr.Publisher{Sidecar: sc}, Now: now},
		DeadLetters: frame.Metrics.Counter("dead_letters_total", "Dead letters delivered, by topic.", "topic"),
		Dead:        sc.DeadLetters(dapr.PubSub, "orders.deadletter", "notify"),
	}
	return frame.Run(ctx, a.Routes(), nil, service.Run, feed.Run)
}

var needs = sidecar.Needs{
	Components: []string{dapr.StateStore, dapr.PubSub, dapr.MailOut, dapr.WebhookOut, dapr.Secrets},
	Topics:     []string{"orders", "orders.deadletter", "stock.deadletter"},
}

// now has the precision that every store keeps.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// observe counts and logs what became of a notification, without the customer's
// data: the cause of a refusal carries addresses, its public words do not.
func observe(log *slog.Logger, outcomes *prometheus.CounterVec) func(context.Context, notify.Notification, error) {
	return func(ctx context.Context, n notify.Notification, cause error) {
		outcome := string(n.Status)
		if !n.Settled {
			outcome = "retry"
		}
		outcomes.WithLabelValues(string(n.Channel), outcome).Inc()
		level, said := slog.LevelInfo, n.Error
		if cause != nil {
			level = slog.LevelWarn
			if _, refused := errors.AsType[*notify.Failure](cause); !refused {
				said = cause.Error()
			}
		}
		if telemetry.TraceID(ctx) == "" { // what came due later has no request around it
			ctx = telemetry.Resume(ctx, map[string]string{"traceparent": n.Parent})
		}
		log.Log(ctx, level, "notification "+outcome, "event_id", n.EventID, "order_id", n.OrderID,
			"channel", n.Channel, "attempts", n.Attempts, "error", said)
	}
}
