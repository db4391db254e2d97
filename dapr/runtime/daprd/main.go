// Command daprd is the Dapr runtime with the components the embedded set needs.
//
// It is the released daprd less most of what `allcomponents` adds: that tag does not assemble under Go 1.26. What is
// registered here is in the released daprd too, so a stock installation runs every set unchanged; its JetStream
// component is slower and less patient, see package jetstream.
// Build it with -tags stablecomponents.
package main

import (
	"github.com/dapr/components-contrib/bindings/smtp"
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/dapr/cmd/daprd/app"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"

	"orderly/dapr/runtime/daprd/jetstream"
)

func main() {
	pubsub.DefaultRegistry.RegisterComponent(jetstream.New, "jetstream")
	nameresolution.DefaultRegistry.RegisterComponent(sqlite.NewResolver, "sqlite")
	bindings.DefaultRegistry.RegisterOutputBinding(smtp.NewSMTP, "smtp")
	app.Run()
}
