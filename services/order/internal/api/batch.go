package api

import (
	"encoding/json"
	"net/http"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/telemetry"
	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

type batchBody struct {
	Orders []json.RawMessage `json:"orders" validate:"min=1,max=500"`
}

type batchEntry struct {
	placeBody
	IdempotencyKey *string `json:"idempotencyKey"`
}

type batchResult struct {
	Status  int           `json:"status"`
	Order   *orderShape   `json:"order,omitempty"`
	Problem *problem.Told `json:"problem,omitempty"`
}

// placeBatch places many orders, each on its own: one that fails is a problem
// in its place and no harm to the others.
func (a *API) placeBatch(w http.ResponseWriter, r *http.Request) error {
	var body batchBody
	if err := wire.Decode(r, &body); err != nil {
		return err
	}
	results := make([]batchResult, len(body.Orders))
	var placements []order.Placement
	var whose []int
	for i, raw := range body.Orders {
		request, err := readEntry(raw)
		if err != nil {
			results[i] = a.problemResult(r, err)
			continue
		}
		placements, whose = append(placements, order.Placement{Ctx: r.Context(), Request: request}), append(whose, i)
	}
	placed, err := a.Placing.DoAll(r.Context(), "", placements)
	if err != nil {
		return err
	}
	for j, p := range placed {
		results[whose[j]] = a.result(r, p)
	}
	return wire.Reply(w, http.StatusOK, map[string]any{"results": results})
}

func readEntry(raw json.RawMessage) (order.Request, error) {
	var entry batchEntry
	if err := wire.Unmarshal(raw, &entry); err != nil {
		return order.Request{}, err
	}
	if err := wire.Validate(entry); err != nil {
		return order.Request{}, err
	}
	if entry.IdempotencyKey == nil {
		return entry.request(""), nil
	}
	return entry.request(*entry.IdempotencyKey), checkKey(*entry.IdempotencyKey, "idempotencyKey")
}

func (a *API) result(r *http.Request, placed order.Placed) batchResult {
	if placed.Err != nil {
		return a.problemResult(r, placed.Err)
	}
	o := shape(placed.Order)
	return batchResult{Status: statusOf(placed), Order: &o}
}

func (a *API) problemResult(r *http.Request, err error) batchResult {
	p := a.Frame.Problems.Of(err)
	if p.Status >= http.StatusInternalServerError {
		a.Frame.Log.ErrorContext(r.Context(), "order of a batch failed", "code", p.Code, "error", err.Error())
	}
	return batchResult{Status: p.Status, Problem: &problem.Told{Problem: p, Instance: r.URL.Path, TraceID: telemetry.TraceID(r.Context()), At: time.Now()}}
}
