package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/wire"
	"orderly/services/notify/internal/egress"
)

// passedOn are the headers of a message that its receiver gets.
var passedOn = []string{"Content-Type", "X-Signature", "X-Event-Id", "Traceparent", "Tracestate", "Baggage"}

// egress sends what the sidecar's webhook binding brings on to the customer's URL: the binding has one fixed address,
// this app. The answer has the status of the receiver's; 421 for an address that webhooks may not go to, 502 for one that
// could not be reached, 504 for no answer in time.
func (a *API) egress(w http.ResponseWriter, r *http.Request) error {
	key, err := a.Key(r.Context())
	if err != nil {
		return err
	}
	url, err := egress.Open(key, chi.URLParam(r, "ticket"), a.Now())
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return wire.ReadFailed(err)
	}
	header := http.Header{"User-Agent": {"orderly-notify"}}
	for _, name := range passedOn {
		if v := r.Header.Get(name); v != "" {
			header.Set(name, v)
		}
	}
	status, err := a.Egress.Post(r.Context(), url, header, bytes.NewReader(body))
	if err == nil && (status < http.StatusOK || status > 599) { // no status that could be passed on
		status, err = http.StatusBadGateway, fmt.Errorf("the receiver answered with status %d", status)
	} else if err != nil {
		status = noAnswer(err)
	}
	if err != nil {
		a.Frame.Log.WarnContext(r.Context(), "webhook not delivered", "status", status, "event_id", header.Get("X-Event-Id"))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return nil
}

// noAnswer is the status for a message that got no answer.
func noAnswer(err error) int {
	if errors.Is(err, egress.ErrForbidden) {
		return http.StatusMisdirectedRequest
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return http.StatusGatewayTimeout
	}
	return http.StatusBadGateway
}
