// Package serve is the frame every service stands in: configuration, router,
// health, metrics, and a life that begins with the sidecar and ends in order.
package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"

	"github.com/go-playground/validator/v10"
	"github.com/kelseyhightower/envconfig"
)

// Config is what every service is told by its environment.
type Config struct {
	Host         string     `envconfig:"APP_HOST" default:"127.0.0.1" validate:"required"`             // address to listen on
	Port         int        `envconfig:"APP_PORT" validate:"min=1,max=65535"`                          // port to listen on
	DaprHTTPPort int        `envconfig:"DAPR_HTTP_PORT" default:"3500" validate:"min=1,max=65535"`     // the sidecar's HTTP API
	DaprGRPCPort int        `envconfig:"DAPR_GRPC_PORT" default:"50001" validate:"min=1,max=65535"`    // the sidecar's gRPC API
	DaprAPIToken string     `envconfig:"DAPR_API_TOKEN"`                                               // sent to the sidecar
	AppAPIToken  string     `envconfig:"APP_API_TOKEN" validate:"min=16"`                              // the sidecar sends it on events and bindings
	LogLevel     slog.Level `envconfig:"LOG_LEVEL" default:"info"`                                     // debug, info, warn or error
	Replica      string     `envconfig:"REPLICA"`                                                      // names this process among those of its service; host name and port if empty
	BatchLimit   int        `envconfig:"BATCH_LIMIT" default:"256" validate:"min=1,max=1024"`          // most changes of one write
	BatchWaiting int        `envconfig:"BATCH_WAITING" default:"4096" validate:"min=1000,max=1000000"` // most changes that wait for theirs; what is more gets 429
	Profile      bool       `envconfig:"PROFILE" default:"false"`                                      // serves /debug/pprof: to whoever reaches the port
	PublishLimit int        `envconfig:"PUBLISH_LIMIT" default:"256" validate:"min=1,max=1024"`        // most events of one publish
	AllowUnknown bool       `envconfig:"STATE_STORE_ALLOW_UNKNOWN"`                                    // use a state store of a type that was never looked at
}

// ReplicaName returns what this process is called among those of its service; a
// restart in the same place has the same name.
func (c Config) ReplicaName() string {
	if c.Replica != "" {
		return c.Replica
	}
	host, err := os.Hostname()
	if err != nil {
		host = c.Host
	}
	return net.JoinHostPort(host, strconv.Itoa(c.Port))
}

// Load fills cfg from the environment and checks its `validate` tags. The error
// names every variable that is missing, malformed or out of range. A variable
// that must be there has no default and a rule that its zero value breaks.
func Load(cfg any) error {
	bad := map[string]error{}
	for {
		err := envconfig.Process("", cfg)
		if err == nil {
			break
		}
		wrong, ok := errors.AsType[*envconfig.ParseError](err)
		if !ok {
			return fmt.Errorf("configuration: %w", err)
		}
		// Process stops at the first malformed value; without it, it goes on to the next.
		bad[wrong.KeyName] = fmt.Errorf("%s=%q is not a %s", wrong.KeyName, wrong.Value, wrong.TypeName)
		if err := os.Unsetenv(wrong.KeyName); err != nil {
			return err
		}
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(envName)
	if broken, ok := errors.AsType[validator.ValidationErrors](v.Struct(cfg)); ok {
		for _, b := range broken {
			if bad[b.Field()] == nil {
				bad[b.Field()] = outOfRange(b)
			}
		}
	}
	if len(bad) == 0 {
		return nil
	}
	var all []error
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		all = append(all, bad[name])
	}
	return fmt.Errorf("configuration: %w", errors.Join(all...))
}

func outOfRange(b validator.FieldError) error {
	if os.Getenv(b.Field()) == "" {
		return fmt.Errorf("%s is missing", b.Field())
	}
	limit := map[string]string{"min": "at least ", "max": "at most ", "oneof": "one of "}[b.Tag()]
	if limit == "" {
		return fmt.Errorf("%s breaks the rule %s", b.Field(), b.Tag())
	}
	return fmt.Errorf("%s must be %s%s", b.Field(), limit, b.Param())
}
