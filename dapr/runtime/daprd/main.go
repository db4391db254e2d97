// Command daprd is the Dapr runtime with the components the embedded set needs.
//
// It is the released daprd less most of what `allcomponents` adds: that tag does not assemble under Go 1.26. What is
// registered here is in the released daprd too, so a stock installation runs every set unchanged. Its brokers' components
// are slower and lose or hold up events in some cases, see the packages here.
// Build it with -tags stablecomponents.
package main

import (
	"github.com/dapr/components-contrib/bindings/smtp"
	names "github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/dapr/cmd/daprd/app"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/state"

	"orderly/dapr/runtime/daprd/jetstream"
	"orderly/dapr/runtime/daprd/mqtt"
	"orderly/dapr/runtime/daprd/rabbitmq"
	"orderly/dapr/runtime/daprd/redis"
	"orderly/dapr/runtime/daprd/sqlite"
)

func main() {
	pubsub.DefaultRegistry.RegisterComponent(jetstream.New, "jetstream")
	// In place of those that the tag brings.
	pubsub.DefaultRegistry.RegisterComponent(mqtt.New, "mqtt3")
	pubsub.DefaultRegistry.RegisterComponent(rabbitmq.New, "rabbitmq")
	pubsub.DefaultRegistry.RegisterComponent(redis.New, "redis")
	state.DefaultRegistry.RegisterComponent(sqlite.New, "sqlite", "sqlite3")
	nameresolution.DefaultRegistry.RegisterComponent(names.NewResolver, "sqlite")
	bindings.DefaultRegistry.RegisterOutputBinding(smtp.NewSMTP, "smtp")
	app.Run()
}
