package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"orderly/services/notify/internal/egress"
)

// egress sends the sidecar's webhook binding on to the customer's URL: the
// binding has one fixed base URL, this app. 307 keeps method and body.
func (a *API) egress(w http.ResponseWriter, r *http.Request) error {
	key, err := a.Key(r.Context())
	if err != nil {
		return err
	}
	url, err := egress.Open(key, chi.URLParam(r, "ticket"), a.Now())
	if err != nil {
		return err
	}
	w.Header().Set("Location", url)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}
