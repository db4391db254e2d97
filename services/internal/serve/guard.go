package serve

import (
	"context"
	"crypto/subtle"
	"net/http"
	"time"

	"orderly/services/internal/problem"
)

// OwnSidecar is middleware for event and binding routes: only the service's own
// sidecar may call them, with the app token. It sends that token with calls made
// through invocation too. Those of other apps carry the caller's id; one through
// the own sidecar carries none, but the headers of its client, where a delivery
// never has an Accept. (Who forges even that holds the sidecar's API token, and
// could publish the event.)
func (f *Frame) OwnSidecar(next http.Handler) http.Handler {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		token := subtle.ConstantTimeCompare([]byte(r.Header.Get("dapr-api-token")), []byte(f.Config.AppAPIToken)) == 1
		invoked := r.Header.Get("dapr-caller-app-id") != "" || r.Header.Get("Accept") != ""
		if !token || invoked {
			return problem.New(http.StatusForbidden, "own-sidecar-only", "Only the service's own sidecar delivers events and bindings here.")
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
