package api

import (
	"encoding/json"
	"net/http"
	"time"

	"orderly/services/internal/telemetry"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type batchResult struct {
	Status      int            `json:"status"`
	Reservation *reservation   `json:"reservation,omitempty"`
	Problem     map[string]any `json:"problem,omitempty"`
}

// holdBatch reserves for many orders. Each is read, checked and decided on its
// own: one that is wrong is a result like any other.
func (a *api) holdBatch(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Reservations []json.RawMessage `json:"reservations" validate:"required,min=1,max=500"`
	}
	if err := wire.Decode(r, &in); err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, map[string]any{"results": a.holdEach(r, in.Reservations)})
}

func (a *api) holdEach(r *http.Request, bodies []json.RawMessage) []batchResult {
	results := make([]batchResult, len(bodies))
	var asks []stock.Ask
	var ids []string
	var places []int
	for i, body := range bodies {
		id, ask, err := a.readAsk(body)
		if err != nil {
			results[i] = a.failed(r, err)
			continue
		}
		asks, ids, places = append(asks, ask), append(ids, id), append(places, i)
	}
	for i, got := range a.stock.HoldAll(r.Context(), asks) {
		a.note(r.Context(), ids[i], got)
		results[places[i]] = a.result(r, got)
	}
	return results
}

func (a *api) readAsk(body []byte) (string, stock.Ask, error) {
	var in holdRequest
	if err := wire.Unmarshal(body, &in); err != nil {
		return "", stock.Ask{}, err
	}
	if err := wire.Validate(in); err != nil {
		return "", stock.Ask{}, err
	}
	ask, err := in.ask(a.HoldTTL)
	return in.OrderID, ask, err
}

func (a *api) result(r *http.Request, h stock.Holding) batchResult {
	if h.Err != nil {
		return a.failed(r, h.Err)
	}
	got := reservationOf(h.Reservation)
	if h.Replayed {
		return batchResult{Status: http.StatusOK, Reservation: &got}
	}
	return batchResult{Status: http.StatusCreated, Reservation: &got}
}

func (a *api) failed(r *http.Request, err error) batchResult {
	p := a.frame.Problems.Of(err)
	return batchResult{Status: p.Status, Problem: p.Body(r.URL.Path, telemetry.TraceID(r.Context()), time.Now())}
}
