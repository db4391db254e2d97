package sidecar

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
)

// A service that waited for its sidecar is ready only when gRPC calls go through
// too: the connection may still pause after its last vain attempt.
func TestReadyMeansThatCallsGoThrough(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	defer web.Close()
	_, webPort, _ := net.SplitHostPort(web.Listener.Addr().String())
	httpPort, _ := strconv.Atoi(webPort)
	grpcPort, _ := strconv.Atoi(port)
	c, err := New(Config{HTTPPort: httpPort, GRPCPort: grpcPort})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	soon, stop := context.WithTimeout(ctx, 300*time.Millisecond)
	defer stop()
	if reasons, _ := c.Check(soon, Needs{}); len(reasons) == 0 {
		t.Fatal("ready without gRPC")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	srv := grpc.NewServer()
	defer srv.Stop()
	go func() { _ = srv.Serve(ln) }()
	if reasons, _ := c.Check(ctx, Needs{}); len(reasons) > 0 || c.conn.GetState() != connectivity.Ready {
		t.Errorf("%v, %s", reasons, c.conn.GetState())
	}
}
