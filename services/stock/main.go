// Command stock keeps the catalogue and the shelves: what there is, what is
// set aside for an order, and what is sold.
package main

import (
	"context"
	"os"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
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
	live, err := settings.Open[config]()
	if err != nil {
		return err
	}
	cfg, common := live.Current(), func() serve.Config { return live.Current().Config }
	log, flush := telemetry.Logger(os.Stdout, service, serve.LogLevel(common))
	defer flush()
	log.InfoContext(ctx, "starting", serve.Told(live)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	if serve.Rebuilding() {
		return serve.Rebuild(ctx, sc, state, wiring.Derived, os.Stdout)
	}
	rooms := wiring.New(wiring.Options{Store: sc.State(state), Replica: cfg.ReplicaName(), Invoke: sc.Invoke, Now: time.Now, Log: log,
		Publish: func(ctx context.Context, topic string, events []event.Event) error {
			return sc.Publish(ctx, pubsub, topic, events)
		},
		Settings: func() wiring.Settings { return live.Current().wiring() }})
	frame := serve.NewFrame(service, cfg.Config, log, sc,
		sidecar.Needs{Components: []string{state, pubsub}, PubSub: pubsub, Topics: []string{orders}}, api.Problems, contract.Files)
	frame.Follow(live, common)
	frame.Metrics.Waiting(rooms.Book.Waiting)
	door := rooms.Routes(frame, sc.DeadLetters(pubsub, deadTopic, service))
	return frame.Run(ctx, door, rooms.Book.Drain, rooms.Book.Run)
}
