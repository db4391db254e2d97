// Package serve is the frame every service stands in: configuration, router,
// health, metrics, and a life that begins with the sidecar and ends in order.
package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/go-playground/validator/v10"
	"github.com/kelseyhightower/envconfig"
)

// Config is what every service is told by its environment.
type Config struct {
	Host         string     `envconfig:"APP_HOST" default:"127.0.0.1" validate:"required"`          // address to listen on
	Port         int        `envconfig:"APP_PORT" required:"true" validate:"min=1,max=65535"`       // port to listen on
	DaprHTTPPort int        `envconfig:"DAPR_HTTP_PORT" default:"3500" validate:"min=1,max=65535"`  // the sidecar's HTTP API
	DaprGRPCPort int        `envconfig:"DAPR_GRPC_PORT" default:"50001" validate:"min=1,max=65535"` // the sidecar's gRPC API
	DaprAPIToken string     `envconfig:"DAPR_API_TOKEN"`                                            // sent to the sidecar
	AppAPIToken  string     `envconfig:"APP_API_TOKEN" required:"true" validate:"min=16"`           // the sidecar sends it on events and bindings
	LogLevel     slog.Level `envconfig:"LOG_LEVEL" default:"info"`                                  // debug, info, warn or error
}

// Load fills cfg from the environment and checks its `validate` tags. The error
// names every variable that is missing, malformed or out of range.
func Load(cfg any) error {
	var all []error
	for {
		err := envconfig.Process("", cfg)
		bad, ok := errors.AsType[*envconfig.ParseError](err)
		if !ok {
			if err != nil {
				all = append(all, err)
			}
			break
		}
		// Process stops at the first bad value; without it, it goes on to the next.
		all = append(all, fmt.Errorf("%s=%q is not a %s", bad.KeyName, bad.Value, bad.TypeName))
		if err := os.Unsetenv(bad.KeyName); err != nil {
			return err
		}
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(envName)
	if broken, ok := errors.AsType[validator.ValidationErrors](v.Struct(cfg)); ok && len(all) == 0 {
		for _, b := range broken {
			limit := b.Tag()
			if b.Param() != "" {
				limit += "=" + b.Param()
			}
			all = append(all, fmt.Errorf("%s is out of range: it must satisfy %s", b.Field(), limit))
		}
	}
	if len(all) > 0 {
		return fmt.Errorf("configuration: %w", errors.Join(all...))
	}
	return nil
}
