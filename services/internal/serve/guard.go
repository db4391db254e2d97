package serve

import (
	"context"
	"crypto/subtle"
	"net/http"
	"time"

	"orderly/services/internal/problem"
)

// OwnSidecar is middleware for event and binding routes: only the service's own
// sidecar may call them. It sends the app token; but it sends it with a call
// that another app makes through invocation too, which the caller header tells.
func (f *Frame) OwnSidecar(next http.Handler) http.Handler {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		token := r.Header.Get("dapr-api-token")
		if subtle.ConstantTimeCompare([]byte(token), []byte(f.Config.AppAPIToken)) != 1 || r.Header.Get("dapr-caller-app-id") != "" {
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
