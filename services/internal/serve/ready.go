package serve

import (
	"context"
	"net/http"
	"runtime/debug"
	"slices"
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
		f.attached.Store(&reasons)
		if all := append(slices.Clone(reasons), f.Unusable()...); (len(all) == 0) != was && ctx.Err() == nil {
			was = len(all) == 0
			f.complete.CompareAndSwap(false, was)
			f.Log.InfoContext(ctx, "readiness changed", "ready", was, "reasons", all)
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

// Unusable names the state stores and brokers that cannot be used now, with the
// reason; nothing when all can. It asks nobody: what is known is a few seconds old
// at most.
func (f *Frame) Unusable() []string {
	if f.Sidecar == nil {
		return nil
	}
	return f.Sidecar.Away(f.Needs)
}

// WhenWritable is middleware of what asks others for something before it writes: it
// answers 503 at once while the store is away.
func (f *Frame) WhenWritable(next http.Handler) http.Handler {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if f.Sidecar != nil {
			if err := f.Sidecar.Unwritable(f.Needs); err != nil {
				return err
			}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// reasons says why the service is not ready.
func (f *Frame) reasons() []string { return append(f.detached(), f.Unusable()...) }

// detached says why the service can do nothing at all: it is stopping, or its
// sidecar is not there.
func (f *Frame) detached() []string {
	select {
	case <-f.leaving:
		return []string{"the service is stopping"}
	default:
	}
	if r := f.attached.Load(); r != nil {
		return slices.Clone(*r)
	}
	return []string{"the sidecar was not asked yet"}
}

// readyz answers whether everything can be used. With ?for=calls it answers whether
// calls should come here, once everything could: a store or broker that is away is
// away for all replicas, and to take the calls from all of them would leave nobody to
// answer 503.
func (f *Frame) readyz(w http.ResponseWriter, r *http.Request) error {
	reasons := f.reasons()
	if r.URL.Query().Get("for") == "calls" && f.complete.Load() {
		reasons = f.detached()
	}
	if len(reasons) > 0 {
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
