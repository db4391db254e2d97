package serve_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	runtime "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"orderly/services/internal/serve"
	"orderly/services/internal/sidecar"
)

// sidecarWith is a sidecar whose metadata names these components.
func sidecarWith(t *testing.T, components string, answers runtime.DaprServer) *sidecar.Client {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"components": [` + components + `]}`))
	}))
	t.Cleanup(web.Close)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	calls := grpc.NewServer()
	runtime.RegisterDaprServer(calls, answers)
	t.Cleanup(calls.Stop)
	go func() { _ = calls.Serve(ln) }()
	_, port, err := net.SplitHostPort(web.Listener.Addr().String())
	require.NoError(t, err)
	httpPort, err := strconv.Atoi(port)
	require.NoError(t, err)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: httpPort, GRPCPort: ln.Addr().(*net.TCPAddr).Port})
	require.NoError(t, err)
	return sc
}

// oneDocument is the API of a sidecar whose store has room for one document.
type oneDocument struct {
	runtime.UnimplementedDaprServer
	mu    sync.Mutex
	value []byte
}

func (d *oneDocument) SaveState(_ context.Context, r *runtime.SaveStateRequest) (*emptypb.Empty, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.value = r.GetStates()[0].GetValue()
	return &emptypb.Empty{}, nil
}

func (d *oneDocument) GetState(context.Context, *runtime.GetStateRequest) (*runtime.GetStateResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &runtime.GetStateResponse{Data: d.value}, nil
}

const strange = `{"name": "order-state", "type": "state.strange", "version": "v1", "capabilities": ["ETAG", "TRANSACTIONAL"]}`

func frameOn(sc *sidecar.Client, allowUnknown bool) *serve.Frame {
	sc.State("order-state")
	return serve.NewFrame("order", serve.Config{PublicHost: "127.0.0.1", AllowUnknown: allowUnknown}, slog.New(slog.DiscardHandler), sc,
		sidecar.Needs{Components: []string{"order-state"}}, nil, fstest.MapFS{})
}

func TestAServiceEndsWhenItsStoreIsUnknown(t *testing.T) {
	f := frameOn(sidecarWith(t, strange, runtime.UnimplementedDaprServer{}), false)
	err := f.Run(t.Context(), f.Router(), nil)
	require.ErrorContains(t, err, "state store order-state is a state.strange/v1")
	require.ErrorContains(t, err, "STATE_STORE_ALLOW_UNKNOWN=true")
	assert.False(t, f.Ready())
}

func TestAServiceUsesAnUnknownStoreWhenItIsToldTo(t *testing.T) {
	f := frameOn(sidecarWith(t, strange, &oneDocument{}), true)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- f.Run(ctx, f.Router(), nil) }()
	require.Eventually(t, f.Ready, 5*time.Second, 10*time.Millisecond)
	stop()
	require.NoError(t, <-ended)
}
