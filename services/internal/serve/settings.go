package serve

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/services/internal/settings"
	"orderly/services/internal/wire"
)

// Live is settings that a configuration store may change while the service runs;
// see settings.Live.
type Live interface {
	Take(values map[string]string, at time.Time) []settings.Change
	Show() []settings.Shown
}

// A changed setting is in force everywhere after the two of them at most.
const (
	settingsPause = time.Second            // between reads
	settingsTime  = 800 * time.Millisecond // that a read may take
)

// followed is the settings of a frame.
type followed struct {
	live     Live          // nil when nobody follows them
	now      func() Config // what they say for the frame
	reading  sync.Mutex    // of the store
	away     bool          // it was, at the last read
	rejected *prometheus.CounterVec
	unread   *prometheus.CounterVec
}

// Follow shows the settings of the service, and has the store change them. now is
// what they say for the frame. It is called once, before Run.
func (f *Frame) Follow(live Live, now func() Config) {
	f.told.live, f.told.now = live, now
	f.told.rejected = f.Metrics.Counter("settings_rejected_total", "Values of the configuration store that were not used, by setting.", "setting")
	f.told.unread = f.Metrics.Counter("settings_unread_total", "Reads of the configuration store that failed; the last values stay.")
}

// LogLevel follows the level that the settings say.
type LogLevel func() Config

// Level returns the level as it is now.
func (l LogLevel) Level() slog.Level { return l().LogLevel }

// follow reads the configuration store again and again until ctx ends.
func (f *Frame) follow(ctx context.Context) {
	tick := time.NewTicker(settingsPause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.read(ctx)
		}
	}
}

// read takes in what the configuration store says now. While it says nothing the
// last values stay; that is a warning once, and counted.
func (f *Frame) read(ctx context.Context) {
	if f.told.live == nil {
		return
	}
	f.told.reading.Lock()
	defer f.told.reading.Unlock()
	limited, cancel := context.WithTimeout(ctx, settingsTime)
	defer cancel()
	all, err := f.Sidecar.Settings(limited)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		f.told.unread.WithLabelValues().Inc()
	}
	if away := err != nil; away != f.told.away {
		f.told.away = away
		if away {
			f.Log.WarnContext(ctx, "settings cannot be read, the last ones stay", "error", err.Error())
		} else {
			f.Log.InfoContext(ctx, "settings can be read again")
		}
	}
	if err != nil {
		return
	}
	own := map[string]string{}
	for key, value := range all {
		if name, ok := strings.CutPrefix(key, f.Service+"."); ok {
			own[name] = value
		}
	}
	for _, c := range f.told.live.Take(own, time.Now().UTC()) {
		f.tell(ctx, c)
	}
}

func (f *Frame) tell(ctx context.Context, c settings.Change) {
	if no := c.Rejected; no != nil {
		f.told.rejected.WithLabelValues(c.Name).Inc()
		f.Log.WarnContext(ctx, "setting rejected, the old one stays", "setting", c.Name, "rejected", no.Value, "reason", no.Reason, "value", c.Value)
		return
	}
	f.Log.InfoContext(ctx, "setting changed", "setting", c.Name, "value", c.Value, "was", c.Was, "origin", c.Origin)
}

func (f *Frame) settings(w http.ResponseWriter, _ *http.Request) error {
	items := []settings.Shown{}
	if f.told.live != nil {
		items = f.told.live.Show()
	}
	return wire.Reply(w, http.StatusOK, map[string]any{"items": items})
}

// Told lists settings as log attributes.
func Told(live Live) []any {
	var out []any
	for _, s := range live.Show() {
		out = append(out, slog.String(s.Name, s.Value))
	}
	return out
}
