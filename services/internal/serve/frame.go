package serve

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"orderly/services/internal/problem"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
)

// Frame holds what the routes of one service share.
type Frame struct {
	Service  string
	Config   Config
	Log      *slog.Logger
	Sidecar  *sidecar.Client
	Needs    sidecar.Needs
	Problems problem.Table
	Contract fs.FS // openapi.yaml, asyncapi.yaml and schemas, served from the root
	Metrics  *Metrics
	Untraced string // paths that begin so carry secrets: no span may show them

	attached atomic.Pointer[[]string] // why the sidecar cannot be used; nil before the first check
	complete atomic.Bool              // everything could be used, once
	leaving  chan struct{}            // closed when intake stops
	streams  streams

	told   followed
	bucket atomic.Pointer[bucket]
}

// NewFrame returns the frame of a service.
func NewFrame(service string, cfg Config, log *slog.Logger, sc *sidecar.Client, needs sidecar.Needs, table problem.Table, contract fs.FS) *Frame {
	if cfg.AllowUnknown {
		sc.AllowUnknownStores()
	}
	return &Frame{Service: service, Config: cfg, Log: log, Sidecar: sc, Needs: needs, Problems: table, Contract: contract,
		Metrics: newMetrics(prometheus.NewRegistry()), leaving: make(chan struct{}), streams: newStreams(),
		told: followed{now: settings.Fixed(cfg)}}
}

// Leaving is closed when the service begins to stop: streams end then.
func (f *Frame) Leaving() <-chan struct{} { return f.leaving }

// Router returns a router with the rows that every service has.
func (f *Frame) Router() chi.Router {
	r := chi.NewRouter()
	r.Use(f.trace, f.observe, f.recover, f.ports)
	r.NotFound(f.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		return noSuchRoute(r)
	}))
	r.MethodNotAllowed(f.Handle(func(w http.ResponseWriter, req *http.Request) error {
		allow := allowed(r, req.URL.Path)
		w.Header().Set("Allow", allow)
		return problem.New(http.StatusMethodNotAllowed, "method-not-allowed", "Use %s here.", allow)
	}))
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	r.Get("/readyz", f.Handle(f.readyz))
	r.Get("/version", f.Handle(version))
	r.With(f.RateLimit).Get("/v1/settings", f.Handle(f.settings))
	r.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(f.Metrics.registry, promhttp.HandlerOpts{}))
	if f.Config.Profile {
		r.HandleFunc("/debug/pprof/profile", pprof.Profile)
		r.HandleFunc("/debug/pprof/*", pprof.Index)
	}
	for _, path := range []string{"/openapi.yaml", "/asyncapi.yaml", "/schemas/*", "/examples/*"} {
		r.Get(path, f.Handle(f.file))
	}
	return r
}

func noSuchRoute(r *http.Request) error {
	return problem.New(http.StatusNotFound, "no-such-route", "There is no %s here; see /openapi.yaml for what is.", r.URL.Path)
}

func allowed(r chi.Router, path string) string {
	var methods []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if r.Match(chi.NewRouteContext(), m, path) {
			methods = append(methods, m)
		}
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// sidecarProbe is how often readiness is checked.
const sidecarProbe = 500 * time.Millisecond
