// Package serve is the frame every service stands in: configuration, router,
// health, metrics, and a life that begins with the sidecar and ends in order.
package serve

import (
	"log/slog"
	"net"
	"os"
	"strconv"
)

// Config is what every service is told; see package settings for who says it.
type Config struct {
	PublicHost   string     `envconfig:"PUBLIC_HOST" default:"127.0.0.1" validate:"required"`                      // address for direct calls
	PublicPort   int        `envconfig:"PUBLIC_PORT" default:"8080" validate:"min=1,max=65535"`                    // port for direct calls
	Port         int        `envconfig:"APP_PORT" validate:"min=1,max=65535"`                                      // app channel: the port on 127.0.0.1 that only the own sidecar calls
	DaprHTTPPort int        `envconfig:"DAPR_HTTP_PORT" default:"3500" validate:"min=1,max=65535"`                 // the sidecar's HTTP API
	DaprGRPCPort int        `envconfig:"DAPR_GRPC_PORT" default:"3601" validate:"min=1,max=65535"`                 // the sidecar's gRPC API
	DaprAPIToken string     `envconfig:"DAPR_API_TOKEN"`                                                           // sent to the sidecar
	AppAPIToken  string     `envconfig:"APP_API_TOKEN" validate:"min=16"`                                          // the sidecar sends it on events and bindings
	LogLevel     slog.Level `envconfig:"LOG_LEVEL" default:"info" live:"true"`                                     // debug, info, warn or error
	Replica      string     `envconfig:"REPLICA"`                                                                  // names this process among those of its service; host name and port if empty
	BatchLimit   int        `envconfig:"BATCH_LIMIT" default:"256" validate:"min=1,max=1024" live:"true"`          // most changes of one write
	BatchWaiting int        `envconfig:"BATCH_WAITING" default:"4096" validate:"min=1000,max=1000000" live:"true"` // most changes that wait for theirs; what is more gets 429
	Profile      bool       `envconfig:"PROFILE" default:"false"`                                                  // serves /debug/pprof: to whoever reaches the port
	PublishLimit int        `envconfig:"PUBLISH_LIMIT" default:"256" validate:"min=1,max=1024" live:"true"`        // most events of one publish
	RateLimit    int        `envconfig:"RATE_LIMIT" default:"0" validate:"min=0,max=1000000" live:"true"`          // most requests per second at /v1 here; what is more gets 429; 0 is no limit
	AllowUnknown bool       `envconfig:"STATE_STORE_ALLOW_UNKNOWN"`                                                // use a state store of a type that was never looked at
}

// ReplicaName returns what this process is called among those of its service; a
// restart in the same place has the same name.
func (c Config) ReplicaName() string {
	if c.Replica != "" {
		return c.Replica
	}
	host, err := os.Hostname()
	if err != nil {
		host = c.PublicHost
	}
	return net.JoinHostPort(host, strconv.Itoa(c.PublicPort))
}
