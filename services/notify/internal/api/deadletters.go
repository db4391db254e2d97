package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/problem"
	"orderly/services/internal/serve"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/notify"
)

func (a *API) deadLetters(w http.ResponseWriter, r *http.Request) error {
	page, err := wire.ReadPage(r)
	if err != nil {
		return err
	}
	topic, status, err := readDeadFilter(r)
	if err != nil {
		return err
	}
	found, next, err := a.Letters.List(r.Context(), topic, status, page.Cursor, page.Limit)
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, listOf(found, next, showDeadLetter))
}

// readDeadFilter takes a topic by its own name or by its dead letters'. Without
// a status it wants what is still open.
func readDeadFilter(r *http.Request) (topic string, status notify.DeadStatus, err error) {
	q := r.URL.Query()
	topic = strings.TrimSuffix(q.Get("topic"), ".deadletter")
	if topic != "" && !slices.Contains([]string{"orders", "stock"}, topic) {
		return "", "", wire.Invalid(problem.Field{Field: "topic", Rule: "oneof", Message: "must be one of: orders stock"})
	}
	switch status = notify.DeadStatus(q.Get("status")); status {
	case "":
		status = notify.Open
	case "all":
		status = ""
	case notify.Open, notify.Replayed, notify.Discarded:
	default:
		return "", "", wire.Invalid(problem.Field{Field: "status", Rule: "oneof", Message: "must be one of: open replayed discarded all"})
	}
	return topic, status, wire.KnownQuery(r, "topic", "status", "limit", "cursor")
}

func (a *API) replay(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Body json.RawMessage `json:"body"`
	}
	if err := wire.DecodeOptional(r, &in); err != nil {
		return err
	}
	if bytes.Equal(in.Body, []byte("null")) {
		in.Body = nil
	}
	if in.Body != nil {
		if err := checkEvent(in.Body); err != nil {
			return wire.Invalid(problem.Field{Field: "body", Rule: "event", Message: err.Error()})
		}
	}
	d, err := a.Letters.Replay(r.Context(), chi.URLParam(r, "id"), serve.Caller(r), in.Body)
	if err != nil {
		return err
	}
	last := d.Fields().Replays[len(d.Fields().Replays)-1]
	a.Frame.Log.InfoContext(r.Context(), "dead letter replayed", "id", d.Fields().ID, "event_id", d.Fields().EventID, "by", last.By, "changed", last.Changed)
	return wire.Reply(w, http.StatusOK, showDeadLetter(d))
}

func (a *API) discard(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.Letters.Discard(r.Context(), chi.URLParam(r, "id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
