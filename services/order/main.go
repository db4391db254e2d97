// Command order takes orders, asks stock to hold them, and leads each through
// its life.
package main

import (
	"context"
	"os"
	"time"

	"github.com/google/uuid"

	"orderly/services/internal/event"
	"orderly/services/internal/journal"
	"orderly/services/internal/serve"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/order/contract"
	"orderly/services/order/internal/api"
	"orderly/services/order/internal/dapr"
	"orderly/services/order/internal/order"
)

func main() { serve.Main("order", run) }

func run(ctx context.Context) error {
	var cfg config
	if err := serve.Load(&cfg); err != nil {
		return err
	}
	log := telemetry.Logger(os.Stdout, "order", cfg.LogLevel)
	log.InfoContext(ctx, "configuration", serve.Settings(cfg)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	frame := serve.NewFrame("order", cfg.Config, log, sc,
		sidecar.Needs{Components: []string{dapr.StateStore, dapr.PubSub}, Topics: []string{"stock"}},
		api.Problems, contract.Files)
	outcomes := frame.Metrics.Counter("orders_total", "Events in the life of orders, by type.", "event")
	store := dapr.NewStore(sc.State(dapr.StateStore), log, func(typ string) { outcomes.WithLabelValues(typ).Inc() })
	relay := journal.Relay{Book: store.Book(), List: dapr.Journal, Log: log,
		Publish: func(ctx context.Context, topic string, events []event.Event) error {
			return sc.Publish(ctx, dapr.PubSub, topic, events)
		}}
	a := &api.API{
		Frame: frame,
		Orders: &order.Service{
			Store: store,
			Stock: dapr.Stock{Sidecar: sc, Timeout: cfg.StockTimeout, HoldTTL: cfg.PaymentTTL + cfg.HoldMargin},
			Now:   func() time.Time { return time.Now().UTC() }, NewID: uuid.NewString, PaymentTTL: cfg.PaymentTTL,
		},
		Dead: sc.DeadLetters(dapr.PubSub, "stock.deadletter", "order"),
	}
	return frame.Run(ctx, a.Routes(), relay.Drain, relay.Run)
}
