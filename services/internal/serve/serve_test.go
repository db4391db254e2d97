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

type config struct {
	serve.Config
	TTL  time.Duration `envconfig:"TEST_TTL" default:"15m" validate:"min=1s,max=1h"`
	Mode string        `envconfig:"TEST_MODE" default:"a" validate:"oneof=a b"`
	Key  string        `envconfig:"TEST_KEY" default:"hidden"`
}

func TestOneMessageNamesEveryBadVariable(t *testing.T) {
	t.Setenv("APP_PORT", "abc")
	t.Setenv("DAPR_HTTP_PORT", "99999")
	t.Setenv("TEST_TTL", "-5m")
	t.Setenv("TEST_MODE", "c")
	t.Setenv("LOG_LEVEL", "loud")
	t.Setenv("APP_API_TOKEN", "")
	err := serve.Load(&config{})
	for _, want := range []string{`APP_PORT="abc"`, "DAPR_HTTP_PORT must be at most 65535", "TEST_TTL must be at least 1s", "TEST_MODE must be one of a b", `LOG_LEVEL="loud"`, "APP_API_TOKEN is missing"} {
		require.ErrorContains(t, err, want)
	}
}

func TestDefaultsAndMaskedSettings(t *testing.T) {
	t.Setenv("APP_PORT", "8081")
	t.Setenv("APP_API_TOKEN", "0123456789abcdef")
	var c config
	require.NoError(t, serve.Load(&c))
	assert.Equal(t, 15*time.Minute, c.TTL)
	shown := map[string]string{}
	for _, a := range serve.Settings(c) {
		shown[a.(slog.Attr).Key] = a.(slog.Attr).Value.String()
	}
	assert.Equal(t, "8081", shown["APP_PORT"])
	assert.Equal(t, "***", shown["APP_API_TOKEN"])
	assert.Equal(t, "***", shown["TEST_KEY"])
	assert.Equal(t, "15m0s", shown["TEST_TTL"])
}

func TestAStopFinishesWhatIsInFlight(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := ln.Addr().(*net.TCPAddr).Port
	require.NoError(t, ln.Close())
	sc, err := sidecar.New(sidecar.Config{HTTPPort: 1, GRPCPort: 1})
	require.NoError(t, err)
	f := serve.NewFrame("test", serve.Config{Host: "127.0.0.1", Port: port}, slog.New(slog.DiscardHandler), sc, sidecar.Needs{}, nil, fstest.MapFS{})
	started, finish := make(chan struct{}), make(chan struct{})
	r := f.Router()
	r.Get("/slow", func(w http.ResponseWriter, _ *http.Request) {
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
			res, err := http.Get("http://" + ln.Addr().String() + "/slow")
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
