package serve

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
)

// watch keeps readiness true to the sidecar's own state. It ends the service
// when that can never become true. Before it is ready for the first time it hears
// what the configuration store says: a shop that is closed must not open for a
// second. A store that says nothing is not waited for.
func (f *Frame) watch(ctx context.Context, refuse func(error)) {
	tick := time.NewTicker(sidecarProbe)
	defer tick.Stop()
	was, heard := false, false
	for {
		probe, cancel := context.WithTimeout(ctx, 2*time.Second)
		reasons, err := f.Sidecar.Check(probe, f.Needs)
		cancel()
		if err != nil {
			reasons = append(reasons, err.Error())
		}
		if len(reasons) == 0 && !heard {
			f.read(ctx)
			heard = true
		}
		f.ready.Store(&reasons)
		if now := len(reasons) == 0; now != was && ctx.Err() == nil {
			f.Log.InfoContext(ctx, "readiness changed", "ready", now, "reasons", reasons)
			was = now
		}
		if err != nil {
			refuse(err)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Ready reports whether the sidecar, its components and subscriptions can be used.
func (f *Frame) Ready() bool { return len(f.reasons()) == 0 }

func (f *Frame) reasons() []string {
	select {
	case <-f.leaving:
		return []string{"the service is stopping"}
	default:
	}
	if r := f.ready.Load(); r != nil {
		return *r
	}
	return []string{"the sidecar was not asked yet"}
}

func (f *Frame) readyz(w http.ResponseWriter, _ *http.Request) error {
	if reasons := f.reasons(); len(reasons) > 0 {
		return problem.New(http.StatusServiceUnavailable, "not-ready", "The service cannot work yet; see reasons.").
			With("reasons", reasons).After(time.Second)
	}
	return wire.Reply(w, http.StatusOK, map[string]string{"status": "ready"})
}

func version(w http.ResponseWriter, _ *http.Request) error {
	v := map[string]string{"version": Version}
	if info, ok := debug.ReadBuildInfo(); ok {
		v["go"] = info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v["commit"] = s.Value
			}
		}
	}
	return wire.Reply(w, http.StatusOK, v)
}

// Version of the services; a release sets it with -ldflags -X.
var Version = "0.1.0"
