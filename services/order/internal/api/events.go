package api

import (
	"context"
	"encoding/json"
	"net/http"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

// commitFailed is the one event of stock that order acts upon.
const commitFailed = "stock.commit-failed.v1"

// commitFailedData is what order reads of it.
type commitFailedData struct {
	OrderID string `json:"orderId" validate:"id"`
}

// Hear handles an event of topic stock. An error that is final in the table of
// problems dead-letters it; any other has it delivered again.
func Hear(ctx context.Context, orders *order.Service, e event.Event) error {
	concerns := func(typ string) bool { return typ == commitFailed }
	if err := event.KnownVersion(e.Type, concerns); err != nil || !concerns(e.Type) {
		return err
	}
	var d commitFailedData
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return problem.New(http.StatusBadRequest, "malformed-event", "data of %s cannot be read: %s", e.Type, err)
	}
	if err := wire.Validate(d); err != nil {
		return err
	}
	return orders.Flag(ctx, d.OrderID, order.AttentionStock)
}

// sweep is the cron binding: pending orders settle, unpaid ones expire.
func (a *API) sweep(w http.ResponseWriter, r *http.Request) error {
	did, err := a.Orders.Sweep(r.Context())
	if did.Settled+did.Expired > 0 {
		a.Frame.Log.InfoContext(r.Context(), "swept", "settled", did.Settled, "expired", did.Expired)
	}
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, map[string]int{"settled": did.Settled, "expired": did.Expired})
}
