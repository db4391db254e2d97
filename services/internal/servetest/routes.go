// Package servetest is what the services' own tests ask of all their routes.
package servetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/serve"
)

// OwnSidecarOnly tries every route that is not public, as it finds them in the
// router: the public port has none of them, and the app channel refuses whoever is
// not the own sidecar. at has the routes that there must be at least; but are those
// whose path is the key, such as a ticket.
func OwnSidecarOnly(t *testing.T, handler http.Handler, token string, at []string, but ...string) {
	t.Helper()
	var tried []string
	err := chi.Walk(handler.(chi.Routes), func(method, path string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if serve.IsPublic(path) {
			return nil
		}
		if status := answer(t.Context(), handler, method, path, http.Header{"Dapr-Api-Token": {token}}, true); status != http.StatusNotFound {
			t.Errorf("%s %s answers %d on the public port", method, path, status)
		}
		if method == http.MethodOptions || slices.Contains(but, path) { // the sidecar asks once whether its cron is wanted
			return nil
		}
		tried = append(tried, path)
		for who, header := range strangers(token) {
			if status := answer(t.Context(), handler, method, path, header, false); status != http.StatusForbidden {
				t.Errorf("%s %s answers %d to %s", method, path, status, who)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for _, path := range at {
		if !slices.Contains(tried, path) {
			t.Errorf("%s is not among the routes of the own sidecar: %v", path, tried)
		}
	}
}

// strangers are the headers of those who are not the own sidecar.
func strangers(token string) map[string]http.Header {
	all := map[string]http.Header{
		"nobody":                     {},
		"another token":              {"Dapr-Api-Token": {"another"}},
		"another app":                {"Dapr-Caller-App-Id": {"stranger"}},
		"another app, empty":         {"Dapr-Caller-App-Id": {""}},
		"another app, empty first":   {"Dapr-Caller-App-Id": {"", "stranger"}},
		"another app, twice":         {"Dapr-Caller-App-Id": {"notify", "stranger"}},
		"another app that is called": {"Dapr-Callee-App-Id": {"", "order"}},
		"a client by HTTP":           {"Accept": {"*/*"}},
		"a client by gRPC":           {"Dapr-Authority": {"127.0.0.1:3601"}},
	}
	for _, header := range all {
		if header["Dapr-Api-Token"] == nil && len(header) > 0 {
			header["Dapr-Api-Token"] = []string{token}
		}
	}
	return all
}

func answer(ctx context.Context, handler http.Handler, method, path string, header http.Header, public bool) int {
	if public {
		ctx = serve.Public(ctx)
	}
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(`{"entries":[]}`))
	r.Header = header
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Code
}
