package serve

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"

	"orderly/services/internal/problem"
)

// invoked are headers that a call has and a delivery has not. The sidecar names
// the caller and the callee of what comes from another one; a client may add
// values to them, but never take the name away. A call through the own sidecar
// has what its client sent: Accept by HTTP, the authority by gRPC.
var invoked = []string{"Dapr-Caller-App-Id", "Dapr-Callee-App-Id", "Dapr-Authority", "Accept"}

// OwnSidecar is middleware for event and binding routes: only the service's own
// sidecar may call them, by the app channel, with the app token. It sends that
// token with calls made through invocation too, so whatever looks like one is
// refused. (Who forges even that holds the sidecar's API token, and could publish
// the event.)
func (f *Frame) OwnSidecar(next http.Handler) http.Handler {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		token := subtle.ConstantTimeCompare([]byte(r.Header.Get("dapr-api-token")), []byte(f.Config.AppAPIToken)) == 1
		call := slices.ContainsFunc(invoked, func(name string) bool { return r.Header[name] != nil })
		if !token || call {
			return problem.New(http.StatusForbidden, "own-sidecar-only", "Only the service's own sidecar delivers events and bindings here.")
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

type publicKey struct{}

// Public marks what comes by the public port, in the context of a request.
func Public(ctx context.Context) context.Context {
	return context.WithValue(ctx, publicKey{}, true)
}

// public are the paths that the public port serves; one that ends with a slash is
// all below it.
var public = []string{"/v1/", "/healthz", "/readyz", "/version", "/metrics", "/debug/pprof/", "/openapi.yaml", "/asyncapi.yaml", "/schemas/", "/examples/"}

// Caller returns who made a call, for records: the app id that the sidecar names
// when it came by invocation, else "direct". Who is behind a direct call, or one
// through the own sidecar, nobody says.
func Caller(r *http.Request) string {
	names := slices.DeleteFunc(slices.Clone(r.Header.Values("Dapr-Caller-App-Id")), func(name string) bool { return name == "" })
	if r.Context().Value(publicKey{}) != nil || len(names) == 0 {
		return "direct"
	}
	return strings.Join(names, ", ") // a client may have added some, but never taken one away
}

// IsPublic says whether the public port serves a path. All others are for the own
// sidecar.
func IsPublic(path string) bool {
	return slices.ContainsFunc(public, func(p string) bool {
		return path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p)
	})
}

// ports is middleware that keeps the public port to public paths.
func (f *Frame) ports(next http.Handler) http.Handler {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if r.Context().Value(publicKey{}) != nil && !IsPublic(r.URL.Path) {
			return noSuchRoute(r)
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// Deadline is middleware that ends the context of a request after d.
func Deadline(d time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), d)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}
