// Command stock keeps the catalogue and the shelves: what there is, what is
// set aside for an order, and what is sold.
package main

import (
	"context"
	"os"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/journal"
	"orderly/services/internal/serve"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/stock/contract"
	"orderly/services/stock/internal/api"
	"orderly/services/stock/internal/dapr"
	"orderly/services/stock/internal/stock"
)

// Names of components and topics; every set of components has them.
const (
	service   = "stock"
	state     = "stock-state"
	pubsub    = "pubsub"
	orders    = "orders"
	deadTopic = "orders.deadletter"
)

func main() { serve.Main(service, run) }

func run(ctx context.Context) error {
	var cfg Config
	if err := serve.Load(&cfg); err != nil {
		return err
	}
	log := telemetry.Logger(os.Stdout, service, cfg.LogLevel)
	log.InfoContext(ctx, "starting", serve.Settings(cfg)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	store := sc.State(state)
	book := journal.NewBook(store)
	core := stock.NewService(dapr.NewStore(store, book), time.Now)
	frame := serve.NewFrame(service, cfg.Config, log, sc,
		sidecar.Needs{Components: []string{state, pubsub}, Topics: []string{orders}}, api.Problems, contract.Files)
	relay := journal.Relay{Book: book, List: dapr.Journal, Log: log, Publish: func(ctx context.Context, topic string, events []event.Event) error {
		return sc.Publish(ctx, pubsub, topic, events)
	}}
	door := api.Routes(frame, core, api.Options{HoldTTL: cfg.HoldTTL, DeadLetter: sc.DeadLetters(pubsub, deadTopic, service)})
	return frame.Run(ctx, door, relay.Drain, relay.Run)
}
