// Package sidecar is this system's use of Dapr: state with conflicts told
// apart, bulk publish, invocation, bindings, secrets and health.
package sidecar

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	dapr "github.com/dapr/go-sdk/client"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

// maxMessage is the largest gRPC message to or from the sidecar, in bytes.
const maxMessage = 20 << 20

// Config says where the sidecar listens.
type Config struct {
	HTTPPort int
	GRPCPort int
	Token    string // DAPR_API_TOKEN; empty when the sidecar asks for none
}

// Client talks to one sidecar. It may be made before the sidecar runs.
type Client struct {
	dapr dapr.Client
	conn *grpc.ClientConn // of dapr
	http *http.Client     // for probes, which are part of no trace
	base string
	cfg  Config

	allowUnknown atomic.Bool
	types        atomic.Pointer[map[string]string] // of components by name, as Check last saw them
	mu           sync.Mutex
	states       map[string]*State
	brokers      map[string]*usage
}

// New returns a client; it does not wait for the sidecar.
func New(cfg Config) (*Client, error) {
	// The gRPC default waits up to two minutes between attempts to connect: a
	// restarted sidecar must be found again within a second.
	quick := backoff.DefaultConfig
	quick.BaseDelay, quick.MaxDelay = 50*time.Millisecond, time.Second
	conn, err := grpc.NewClient(net.JoinHostPort("127.0.0.1", strconv.Itoa(cfg.GRPCPort)),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler(otelgrpc.WithFilter(traceable))),
		grpc.WithUnaryInterceptor(withToken(cfg.Token)),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: quick, MinConnectTimeout: time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)))
	if err != nil {
		return nil, fmt.Errorf("sidecar: %w", err)
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	return &Client{
		dapr: dapr.NewClientWithConnection(conn),
		conn: conn,
		http: &http.Client{Transport: t},
		base: "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(cfg.HTTPPort)),
		cfg:  cfg,

		states:  map[string]*State{},
		brokers: map[string]*usage{},
	}, nil
}

// AllowUnknownStores has state stores of any type used; see Check.
func (c *Client) AllowUnknownStores() { c.allowUnknown.Store(true) }

// traceable keeps two calls out of the general tracing: binding calls, whose spans
// would show the sidecar's error text, and with it a customer's address (see
// Bind), and reads of settings, which are of no request.
func traceable(info *stats.RPCTagInfo) bool {
	return info.FullMethodName != "/dapr.proto.runtime.v1.Dapr/InvokeBinding" &&
		info.FullMethodName != "/dapr.proto.runtime.v1.Dapr/GetConfiguration"
}

// Close releases the connections.
func (c *Client) Close() {
	c.dapr.Close()
	c.http.CloseIdleConnections()
}

func withToken(token string) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "dapr-api-token", token)
		}
		return invoke(ctx, method, req, reply, cc, opts...)
	}
}
