package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"orderly/services/internal/telemetry"
	"orderly/services/internal/wire"
)

type batchBody struct {
	Orders []json.RawMessage `json:"orders" validate:"min=1,max=500"`
}

type batchEntry struct {
	placeBody
	IdempotencyKey *string `json:"idempotencyKey"`
}

type batchResult struct {
	Status  int            `json:"status"`
	Order   *orderShape    `json:"order,omitempty"`
	Problem map[string]any `json:"problem,omitempty"`
}

// batchSideBySide is how many orders of one batch are placed at once.
const batchSideBySide = 32

// placeBatch places many orders, each on its own: one that fails is a problem
// in its place and no harm to the others.
func (a *API) placeBatch(w http.ResponseWriter, r *http.Request) error {
	var body batchBody
	if err := wire.Decode(r, &body); err != nil {
		return err
	}
	results := make([]batchResult, len(body.Orders))
	var wg sync.WaitGroup
	gate := make(chan struct{}, batchSideBySide)
	for i, raw := range body.Orders {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			results[i] = a.placeOne(r, raw)
		})
	}
	wg.Wait()
	return wire.Reply(w, http.StatusOK, map[string]any{"results": results})
}

func (a *API) placeOne(r *http.Request, raw json.RawMessage) (result batchResult) {
	defer func() {
		if v := recover(); v != nil { // a goroutine of its own: nobody else would catch it
			result = a.problemResult(r, fmt.Errorf("panic: %v", v))
		}
	}()
	var entry batchEntry
	if err := wire.Unmarshal(raw, &entry); err != nil {
		return a.problemResult(r, err)
	}
	if err := wire.Validate(entry); err != nil {
		return a.problemResult(r, err)
	}
	key := ""
	if entry.IdempotencyKey != nil {
		key = *entry.IdempotencyKey
		if err := checkKey(key, "idempotencyKey"); err != nil {
			return a.problemResult(r, err)
		}
	}
	placed, err := a.Orders.Place(r.Context(), entry.request(key))
	if err != nil {
		return a.problemResult(r, err)
	}
	o := shape(placed.Order)
	return batchResult{Status: statusOf(placed), Order: &o}
}

func (a *API) problemResult(r *http.Request, err error) batchResult {
	p := a.Frame.Problems.Of(err)
	if p.Status >= http.StatusInternalServerError {
		a.Frame.Log.ErrorContext(r.Context(), "order of a batch failed", "code", p.Code, "error", err.Error())
	}
	return batchResult{Status: p.Status, Problem: p.Body(r.URL.Path, telemetry.TraceID(r.Context()), time.Now())}
}
