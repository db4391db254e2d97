// Command stock keeps the catalogue and the shelves: what there is, what is
// set aside for an order, and what is sold.
package main

import (
	"context"
	"os"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/stock/contract"
	"orderly/services/stock/internal/api"
	"orderly/services/stock/wiring"
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
	log, flush := telemetry.Logger(os.Stdout, service, cfg.LogLevel)
	defer flush()
	log.InfoContext(ctx, "starting", serve.Settings(cfg)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	if serve.Rebuilding() {
		return serve.Rebuild(ctx, sc, state, wiring.Group, os.Stdout)
	}
	rooms := wiring.New(wiring.Options{Store: sc.State(state), Replica: cfg.ReplicaName(), Now: time.Now, HoldTTL: cfg.HoldTTL, Log: log,
		Publish: func(ctx context.Context, topic string, events []event.Event) error {
			return sc.Publish(ctx, pubsub, topic, events)
		},
		Changes: cfg.BatchLimit, Waiting: cfg.BatchWaiting, Published: cfg.PublishLimit})
	frame := serve.NewFrame(service, cfg.Config, log, sc,
		sidecar.Needs{Components: []string{state, pubsub}, Topics: []string{orders}}, api.Problems, contract.Files)
	door := rooms.Routes(frame, sc.DeadLetters(pubsub, deadTopic, service))
	return frame.Run(ctx, door, rooms.Book.Drain, rooms.Book.Run)
}
