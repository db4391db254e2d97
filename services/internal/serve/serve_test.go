package serve_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/serve"
	"orderly/services/internal/sidecar"
)

func TestAStopFinishesWhatIsInFlight(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := ln.Addr().(*net.TCPAddr).Port
	require.NoError(t, ln.Close())
	sc, err := sidecar.New(sidecar.Config{HTTPPort: 1, GRPCPort: 1})
	require.NoError(t, err)
	f := serve.NewFrame("test", serve.Config{PublicHost: "127.0.0.1", PublicPort: port}, slog.New(slog.DiscardHandler), sc, sidecar.Needs{}, nil, fstest.MapFS{})
	started, finish := make(chan struct{}), make(chan struct{})
	r := f.Router()
	r.Get("/v1/slow", func(w http.ResponseWriter, _ *http.Request) {
		close(started)
		<-finish
		w.WriteHeader(http.StatusTeapot)
	})
	ctx, stop := context.WithCancel(t.Context())
	ended, flushed, worked := make(chan error), false, make(chan struct{})
	go func() {
		ended <- f.Run(ctx, r, func(context.Context) error { flushed = true; return errors.New("left") },
			func(ctx context.Context) { <-ctx.Done(); close(worked) })
	}()
	answer := make(chan int)
	go func() {
		for {
			res, err := http.Get("http://" + ln.Addr().String() + "/v1/slow")
			if err == nil {
				res.Body.Close()
				answer <- res.StatusCode
				return
			}
		}
	}()
	<-started
	stop()
	<-f.Leaving()
	select {
	case <-worked:
		t.Fatal("background work ended before the request")
	case err := <-ended:
		t.Fatalf("ended with a request in flight: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	assert.Equal(t, http.StatusTeapot, <-answer)
	require.NoError(t, <-ended)
	assert.True(t, flushed)
}
