// Command order takes orders, asks stock to hold them, and leads each through
// its life.
package main

import (
	"context"
	"os"
	"time"

	"github.com/google/uuid"

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/order/contract"
	"orderly/services/order/internal/api"
	"orderly/services/order/wiring"
)

func main() { serve.Main("order", run) }

func run(ctx context.Context) error {
	live, err := settings.Open[config]()
	if err != nil {
		return err
	}
	cfg, common := live.Current(), func() serve.Config { return live.Current().Config }
	log, flush := telemetry.Logger(os.Stdout, "order", serve.LogLevel(common))
	defer flush()
	log.InfoContext(ctx, "configuration", serve.Told(live)...)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: cfg.DaprHTTPPort, GRPCPort: cfg.DaprGRPCPort, Token: cfg.DaprAPIToken})
	if err != nil {
		return err
	}
	if serve.Rebuilding() {
		return serve.Rebuild(ctx, sc, wiring.StateStore, wiring.Derived, os.Stdout)
	}
	frame := serve.NewFrame("order", cfg.Config, log, sc,
		sidecar.Needs{Components: []string{wiring.StateStore, wiring.PubSub}, PubSub: wiring.PubSub, Topics: []string{"stock"}},
		api.Problems, contract.Files)
	frame.Follow(live, common)
	outcomes := frame.Metrics.Counter("orders_total", "Events in the life of orders, by type.", "event")
	rooms := wiring.New(wiring.Options{
		Store: sc.State(wiring.StateStore), Replica: cfg.ReplicaName(), Invoke: sc.Invoke,
		Publish: func(ctx context.Context, topic string, events []event.Event) error {
			return sc.Publish(ctx, wiring.PubSub, topic, events)
		},
		Now: func() time.Time { return time.Now().UTC() }, NewID: newID, Log: log,
		Count:    func(typ string) { outcomes.WithLabelValues(typ).Inc() },
		Settings: func() wiring.Settings { return live.Current().wiring() },
	})
	frame.Metrics.Waiting(rooms.Waiting)
	door := rooms.Door()
	door.Frame, door.Dead = frame, sc.DeadLetters(wiring.PubSub, "stock.deadletter", "order")
	return frame.Run(ctx, door.Routes(), rooms.Book.Drain, rooms.Book.Run)
}

// newID returns ids that grow with time: what is new is stored beside what is
// new, and no page of a store's index is touched for one order alone.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
