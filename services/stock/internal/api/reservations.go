package api

import (
	"context"
	"net/http"
	"time"

	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type holdRequest struct {
	OrderID    string        `json:"orderId" validate:"required,id"`
	Items      []itemRequest `json:"items" validate:"required,min=1,max=100,unique=SKU,dive"`
	TTLSeconds *int64        `json:"ttlSeconds" validate:"omitempty,min=1,max=2592000"`
	NewSince   *int64        `json:"newSince" validate:"omitempty,min=0"`
	Trace      string        `json:"traceparent" validate:"max=55"`
}

type itemRequest struct {
	SKU      string `json:"sku" validate:"required,slug"`
	Quantity int64  `json:"quantity" validate:"min=1,max=1000000"`
}

// checked returns the ask when no rule is broken. The tags say the same as the
// plain checks and more slowly: they are for telling which rule it was.
func (in holdRequest) checked(ttl time.Duration) (stock.Ask, error) {
	ask, err := in.ask(ttl)
	if err == nil && in.plain() {
		return ask, nil
	}
	if broken := wire.Validate(in); broken != nil {
		return stock.Ask{}, broken
	}
	return ask, err
}

func (in holdRequest) plain() bool {
	for _, it := range in.Items {
		if !wire.Slug(it.SKU) {
			return false
		}
	}
	ttl, since := in.TTLSeconds, in.NewSince
	return wire.ID(in.OrderID) && len(in.Trace) <= 55 && (since == nil || *since >= 0) && (ttl == nil || *ttl >= 1 && *ttl <= int64(stock.MaxTTL/time.Second))
}

func (in holdRequest) ask(ttl time.Duration) (stock.Ask, error) {
	if in.TTLSeconds != nil {
		ttl = time.Duration(*in.TTLSeconds) * time.Second
	}
	items := make([]stock.Item, len(in.Items))
	for i, it := range in.Items {
		items[i] = stock.Item(it)
	}
	ask, err := stock.NewAsk(in.OrderID, items, ttl)
	if in.NewSince != nil {
		ask = ask.NewSince(*in.NewSince)
	}
	return ask.Of(in.Trace), err
}

func (a *api) hold(w http.ResponseWriter, r *http.Request) error {
	var in holdRequest
	if err := wire.Decode(r, &in); err != nil {
		return err
	}
	ask, err := in.ask(a.HoldTTL())
	if err != nil {
		return err
	}
	got := a.Stock.Hold(r.Context(), ask)
	a.note(r.Context(), in.OrderID, got)
	if got.Err != nil {
		return got.Err
	}
	return wire.Reply(w, once(w, got.Replayed), reservationOf(got.Reservation))
}

func (a *api) getReservation(w http.ResponseWriter, r *http.Request) error {
	return a.reservation(w, r, "", a.Stock.Reservation)
}

func (a *api) commit(w http.ResponseWriter, r *http.Request) error {
	return a.reservation(w, r, "committed", a.Stock.Commit)
}

func (a *api) release(w http.ResponseWriter, r *http.Request) error {
	return a.reservation(w, r, "released", a.Stock.Release)
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
		a.Outcome(r.Context(), id, outcome)
	}
	return wire.Reply(w, http.StatusOK, reservationOf(got))
}
