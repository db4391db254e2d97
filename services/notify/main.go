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

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/notify/contract"
	"orderly/services/notify/internal/api"
	"orderly/services/notify/internal/dapr"
	"orderly/services/notify/internal/notify"
	"orderly/services/notify/wiring"
)

func main() { serve.Main("notify", run) }

func run(ctx context.Context) error {
	live, err := settings.Open[config]()
	if err != nil {
		return err
	}
	cfg, common := live.Current(), func() serve.Config { return live.Current().Config }
	log, flush := telemetry.Logger(os.Stdout, "notify", serve.LogLevel(common))
	defer flush()
	log.InfoContext(ctx, "configuration", serve.Told(live)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	if serve.Rebuilding() {
		return serve.Rebuild(ctx, sc, wiring.StateStore, wiring.Derived, os.Stdout)
	}
	frame := serve.NewFrame("notify", cfg.Config, log, sc, needs, api.Problems, contract.Files)
	frame.Follow(live, common)
	outcomes := frame.Metrics.Counter("notifications_total", "Notifications by what became of it: sent, suppressed, retry or failed.", "channel", "outcome")
	n := wiring.New(wiring.Options{
		Store: sc.State(wiring.StateStore), Replica: cfg.ReplicaName(), Binder: sc, Key: dapr.Key(sc, dapr.SigningKey),
		Replay: func(ctx context.Context, topic string, body []byte) error {
			return sc.PublishAsIs(ctx, wiring.PubSub, topic, body)
		},
		Publish: func(ctx context.Context, topic string, events []event.Event) error {
			return sc.Publish(ctx, wiring.PubSub, topic, events)
		},
		Observe: observe(log, outcomes), Now: now, Log: log,
		Reach: wiring.Reach{Private: cfg.PrivateWebhooks, Ports: cfg.WebhookPorts},
		// bindings.smtp (1.16) keeps the recipient and the subject of a call in memory
		// that all its calls share: two at once may swap them.
		MailAlone: func() bool {
			typ := sc.Type(wiring.MailOut)
			return typ == "bindings.smtp" || typ == "" // not known yet
		},
		MailSenders: cfg.MailSenders, WebhookSenders: cfg.WebhookSenders,
		Settings: func() wiring.Settings { return live.Current().wiring() },
	})
	frame.Metrics.Waiting(n.Book.Waiting)
	a := n.Door()
	a.Frame = frame
	a.DeadLetters = frame.Metrics.Counter("dead_letters_total", "Dead letters delivered, by topic.", "topic")
	a.Dead = sc.DeadLetters(wiring.PubSub, "orders.deadletter", "notify")
	return frame.Run(ctx, a.Routes(), n.Book.Drain, n.Run, n.Show, n.Book.Run)
}

var needs = sidecar.Needs{
	Components: []string{wiring.StateStore, wiring.PubSub, wiring.MailOut, wiring.WebhookOut, wiring.Secrets},
	PubSub:     wiring.PubSub,
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
		if n.Status == notify.Suppressed {
			level = slog.LevelDebug // nothing was sent; the counter says how often
		}
		if !log.Enabled(ctx, level) {
			return
		}
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
