package serve_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	common "github.com/dapr/dapr/pkg/proto/common/v1"
	runtime "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
)

// shelf is a sidecar's configuration store; away when it does not answer.
type shelf struct {
	runtime.UnimplementedDaprServer
	mu     sync.Mutex
	values map[string]string
	away   bool
}

func (s *shelf) GetConfiguration(context.Context, *runtime.GetConfigurationRequest) (*runtime.GetConfigurationResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, errors.New("away")
	}
	items := map[string]*common.ConfigurationItem{}
	for k, v := range s.values {
		items[k] = &common.ConfigurationItem{Value: v}
	}
	return &runtime.GetConfigurationResponse{Items: items}, nil
}

func (s *shelf) set(away bool, values map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away, s.values = away, maps.Clone(values)
}

// lines is a log that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.all.String(), text)
}

const configured = `{"name": "configuration", "type": "configuration.redis", "version": "v1"}`

// follower runs a service on a configuration store and returns its settings, and
// what it answers.
func follower(t *testing.T, store *shelf, components string, log *lines) (live *settings.Live[serve.Config], get func(path string) string, f *serve.Frame) {
	t.Helper()
	t.Setenv("APP_PORT", "1")
	t.Setenv("APP_API_TOKEN", "0123456789abcdef")
	live, err := settings.Open[serve.Config]()
	require.NoError(t, err)
	sc := sidecarWith(t, components, store)
	f = serve.NewFrame("test", serve.Config{PublicHost: "127.0.0.1"}, slog.New(slog.NewTextHandler(log, nil)), sc, sidecar.Needs{}, nil, fstest.MapFS{})
	f.Follow(live, live.Current)
	r := f.Router()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- f.Run(ctx, r, nil) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-ended) })
	require.Eventually(t, f.Ready, 5*time.Second, time.Millisecond)
	return live, func(path string) string {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Body.String()
	}, f
}

func TestSettingsFollowTheStore(t *testing.T) {
	store, log := &shelf{}, &lines{}
	store.set(false, map[string]string{"test.BATCH_LIMIT": "7", "other.BATCH_LIMIT": "8", "test.NONSENSE": "1"})
	live, get, _ := follower(t, store, configured, log)
	assert.Equal(t, 7, live.Current().BatchLimit, "before the service is ready")

	store.set(false, map[string]string{"test.BATCH_LIMIT": "0"})
	require.Eventually(t, func() bool { return log.count("setting rejected") == 1 }, 2*time.Second, 10*time.Millisecond)
	assert.Equal(t, 7, live.Current().BatchLimit)
	shown := get("/v1/settings")
	assert.Contains(t, shown, `{"name":"BATCH_LIMIT","value":"7","origin":"configuration","live":true,"rejected":{"value":"0","reason":"BATCH_LIMIT must be at least 1","at":"`)
	assert.Contains(t, shown, `{"name":"APP_API_TOKEN","value":"***","origin":"environment","live":false}`)
	assert.Contains(t, get("/metrics"), `settings_rejected_total{setting="BATCH_LIMIT"} 1`)

	store.set(true, nil)
	require.Eventually(t, func() bool { return strings.Contains(get("/metrics"), "settings_unread_total 2") }, 5*time.Second, 10*time.Millisecond)
	assert.Equal(t, 1, log.count("settings cannot be read"), "once")
	assert.Equal(t, 7, live.Current().BatchLimit, "the last values stay")
	assert.Contains(t, get("/readyz"), "ready")

	store.set(false, nil)
	require.Eventually(t, func() bool { return live.Current().BatchLimit == 256 }, 2*time.Second, 10*time.Millisecond)
	assert.Equal(t, 1, log.count("settings can be read again"))
	assert.Contains(t, get("/v1/settings"), `{"name":"BATCH_LIMIT","value":"256","origin":"default","live":true}`)
}

func TestAStoreThatSaysNothingIsNotWaitedFor(t *testing.T) {
	store, log := &shelf{}, &lines{}
	store.set(true, nil)
	live, _, f := follower(t, store, configured, log)
	assert.True(t, f.Ready())
	assert.Equal(t, 256, live.Current().BatchLimit)
	assert.Equal(t, 1, log.count("settings cannot be read"))
}

func TestWithoutAStoreNobodyAsks(t *testing.T) {
	store, log := &shelf{}, &lines{}
	store.set(true, nil)
	follower(t, store, `{"name": "configuration", "type": "state.redis", "version": "v1"}`, log)
	assert.Zero(t, log.count("settings cannot be read"))
}
