package api

import (
	"net/http"
	"time"

	"orderly/services/internal/problem"
)

// errClosed says that ORDER_OPEN is false.
var errClosed = problem.New(http.StatusServiceUnavailable, "shop-closed",
	"The shop takes no new orders now. Send the same request again after the time in Retry-After.").After(time.Minute)

// whenOpen is middleware of what places orders. A repeat of a request that was
// answered is refused like a new one; GET shows the order.
func (a *API) whenOpen(next http.Handler) http.Handler {
	return a.Frame.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if !a.Open() {
			return errClosed
		}
		next.ServeHTTP(w, r)
		return nil
	})
}
