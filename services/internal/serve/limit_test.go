package serve

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"orderly/services/internal/sidecar"
)

func TestARateLimitIsOfOneSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := 0
		f := NewFrame("test", Config{}, slog.New(slog.DiscardHandler), nil, sidecar.Needs{}, nil, fstest.MapFS{})
		f.told.now = func() Config { return Config{RateLimit: limit} }
		r := f.Router()
		r.With(f.RateLimit).Get("/v1/things", func(http.ResponseWriter, *http.Request) {})
		taken := func(path string) (n int) {
			for range 100 {
				w := httptest.NewRecorder()
				r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				if w.Code == http.StatusOK {
					n++
					continue
				}
				assert.Equal(t, http.StatusTooManyRequests, w.Code)
				assert.Equal(t, "1", w.Header().Get("Retry-After"))
				assert.Contains(t, w.Body.String(), `"code":"rate-limited"`)
			}
			return n
		}
		assert.Equal(t, 100, taken("/v1/things"), "no limit")
		limit = 10
		assert.Equal(t, 10, taken("/v1/things"))
		assert.Zero(t, taken("/v1/settings"), "all of /v1 together")
		assert.Equal(t, 100, taken("/metrics"), "never limited")
		time.Sleep(500 * time.Millisecond)
		assert.Equal(t, 5, taken("/v1/things"))
		time.Sleep(time.Minute)
		assert.Equal(t, 10, taken("/v1/things"))
		limit = 20
		assert.Equal(t, 20, taken("/v1/things"), "a new limit is in force at once")
		limit = 0
		assert.Equal(t, 100, taken("/v1/things"))
	})
}

func TestTheLogFollowsItsLevel(t *testing.T) {
	level := slog.LevelInfo
	l := LogLevel(func() Config { return Config{LogLevel: level} })
	h := slog.NewTextHandler(nil, &slog.HandlerOptions{Level: l})
	assert.False(t, h.Enabled(t.Context(), slog.LevelDebug))
	level = slog.LevelDebug
	assert.True(t, h.Enabled(t.Context(), slog.LevelDebug))
}
