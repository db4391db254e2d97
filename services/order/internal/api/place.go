package api

import (
	"errors"
	"net/http"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

// replayed marks the answer to a request that came again.
const replayed = "Idempotent-Replayed"

func (a *API) place(w http.ResponseWriter, r *http.Request) error {
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	var body placeBody
	if err := wire.Decode(r, &body); err != nil {
		return err
	}
	placed, err := a.Placing.Do(r.Context(), body.CustomerID, order.Placement{Ctx: r.Context(), Request: body.request(key)})
	if err == nil {
		err = placed.Err
	}
	if short, ok := errors.AsType[*order.OutOfStock](err); ok && short.Replayed {
		w.Header().Set(replayed, "true")
	}
	if err != nil {
		return err
	}
	if placed.Replayed {
		w.Header().Set(replayed, "true")
	}
	w.Header().Set("Location", "/v1/orders/"+placed.Order.ID())
	return wire.Reply(w, statusOf(placed), shape(placed.Order))
}

// statusOf is 201 for an order that is decided, 202 for one that settles by
// itself, 200 for the first answer once more.
func statusOf(p order.Placed) int {
	switch {
	case p.Replayed:
		return http.StatusOK
	case p.Order.Status() == order.Pending:
		return http.StatusAccepted
	}
	return http.StatusCreated
}

func idempotencyKey(r *http.Request) (string, error) {
	sent := r.Header.Values("Idempotency-Key")
	if len(sent) == 0 {
		return "", nil
	}
	return sent[0], checkKey(sent[0], "Idempotency-Key")
}

func checkKey(key, field string) error {
	if len(key) < 1 || len(key) > 128 {
		return wire.Invalid(problem.Field{Field: field, Rule: "size", Message: "must be 1 to 128 characters"})
	}
	return nil
}
