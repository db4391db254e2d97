package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type holdRequest struct {
	OrderID    string        `json:"orderId" validate:"required,id"`
	Items      []itemRequest `json:"items" validate:"required,min=1,max=100,unique=SKU,dive"`
	TTLSeconds *int64        `json:"ttlSeconds" validate:"omitempty,min=1,max=2592000"`
}

type itemRequest struct {
	SKU      string `json:"sku" validate:"required,slug"`
	Quantity int64  `json:"quantity" validate:"min=1,max=1000000"`
}

func (in holdRequest) ask(ttl time.Duration) (stock.Ask, error) {
	if in.TTLSeconds != nil {
		ttl = time.Duration(*in.TTLSeconds) * time.Second
	}
	items := make([]stock.Item, len(in.Items))
	for i, it := range in.Items {
		items[i] = stock.Item(it)
	}
	return stock.NewAsk(in.OrderID, items, ttl)
}

func (a *api) hold(w http.ResponseWriter, r *http.Request) error {
	var in holdRequest
	if err := wire.Decode(r, &in); err != nil {
		return err
	}
	ask, err := in.ask(a.HoldTTL)
	if err != nil {
		return err
	}
	got := a.stock.Hold(r.Context(), ask)
	a.note(r.Context(), in.OrderID, got)
	if got.Err != nil {
		return got.Err
	}
	return wire.Reply(w, once(w, got.Replayed), reservationOf(got.Reservation))
}

func (a *api) getReservation(w http.ResponseWriter, r *http.Request) error {
	return a.reservation(w, r, "", a.stock.Reservation)
}

func (a *api) commit(w http.ResponseWriter, r *http.Request) error {
	return a.reservation(w, r, "committed", a.stock.Commit)
}

func (a *api) release(w http.ResponseWriter, r *http.Request) error {
	return a.reservation(w, r, "released", a.stock.Release)
}

// reservation answers with what became of the reservation of the path.
func (a *api) reservation(w http.ResponseWriter, r *http.Request, outcome string, call func(context.Context, string) (stock.Reservation, error)) error {
	id, err := orderOf(r)
	if err != nil {
		return err
	}
	got, err := call(r.Context(), id)
	if err != nil {
		return err
	}
	if outcome != "" {
		a.outcome(r.Context(), id, outcome)
	}
	return wire.Reply(w, http.StatusOK, reservationOf(got))
}

// note logs and counts the answer to an ask.
func (a *api) note(ctx context.Context, orderID string, h stock.Holding) {
	outcome := "held"
	switch {
	case h.Err != nil:
		outcome = "refused"
		if _, short := errors.AsType[*stock.OutOfStock](h.Err); short {
			outcome = "out-of-stock"
		} else if !a.frame.Problems.Of(h.Err).Final() {
			outcome = "failed"
		}
	case h.Replayed:
		outcome = "replayed"
	}
	a.outcome(ctx, orderID, outcome)
}

func (a *api) outcome(ctx context.Context, orderID, outcome string) {
	a.outcomes.WithLabelValues(outcome).Inc()
	a.log.InfoContext(ctx, "reservation "+outcome, "order_id", orderID)
}
