package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

// orderTypes are the types of topic orders; stock acts on three of them.
var orderTypes = []string{"order.placed.v1", "order.confirmed.v1", "order.rejected.v1", orderPaid, "order.shipped.v1",
	"order.delivered.v1", orderCancelled, orderExpired}

// Events of order that stock acts upon.
const (
	orderPaid      = "order.paid.v1"
	orderCancelled = "order.cancelled.v1"
	orderExpired   = "order.expired.v1"
)

func concerns(typ string) bool {
	return typ == orderPaid || typ == orderCancelled || typ == orderExpired
}

// orderData is what stock reads of an order event.
type orderData struct {
	OrderID string `json:"orderId"`
	Items   []line `json:"items"`
}

// Hear acts on what happened to an order. Other types than these three are none
// of stock's business, and done with.
func (c Calls) Hear(ctx context.Context, e event.Event) error {
	if err := event.KnownVersion(e.Type, concerns); err != nil || !concerns(e.Type) {
		return err
	}
	data, err := readOrder(e)
	if err != nil {
		return err
	}
	if e.Type == orderPaid {
		return c.paid(ctx, data)
	}
	return c.over(ctx, data.OrderID, strings.TrimSuffix(strings.TrimPrefix(e.Type, "order."), ".v1"))
}

func readOrder(e event.Event) (orderData, error) {
	var data orderData
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return data, problem.New(http.StatusBadRequest, "malformed-event", "The data of the event cannot be read: %s.", err)
	}
	if !wire.ID(data.OrderID) || data.OrderID != e.Subject {
		return data, problem.New(http.StatusBadRequest, "malformed-event", "The event's data.orderId must be an id, and its subject.")
	}
	return data, nil
}

func (c Calls) paid(ctx context.Context, data orderData) error {
	lines := make([]stock.Line, len(data.Items))
	for i, it := range data.Items {
		price, err := stock.NewMoney(it.UnitPrice.Amount, it.UnitPrice.Currency)
		if err != nil {
			return err
		}
		if !wire.Slug(it.SKU) {
			return problem.New(http.StatusBadRequest, "malformed-event", "The event's data.items has something else than a sku: %q.", it.SKU)
		}
		lines[i] = stock.Line{SKU: it.SKU, Quantity: it.Quantity, UnitPrice: price}
	}
	paid, err := stock.NewPaid(data.OrderID, lines)
	if err != nil {
		return err
	}
	got, err := c.Stock.Pay(ctx, paid)
	if err != nil {
		return err
	}
	if got.State() == stock.Lapsed {
		c.Outcome(ctx, data.OrderID, "commit-failed")
		return nil
	}
	c.Outcome(ctx, data.OrderID, got.State().Status())
	return nil
}

func (c Calls) over(ctx context.Context, orderID, why string) error {
	if _, err := c.Stock.GiveBack(ctx, orderID, why); err != nil {
		return err
	}
	c.Outcome(ctx, orderID, "released")
	return nil
}

// Sweep settles the holds whose time is over, as their orders say, and returns how
// many have lapsed.
func (c Calls) Sweep(ctx context.Context) (int, error) {
	outcomes, err := c.Stock.Sweep(ctx)
	lapsed := 0
	for id, outcome := range outcomes {
		if outcome == stock.HasLapsed {
			lapsed++
		}
		c.Outcome(ctx, id, string(outcome))
	}
	return lapsed, err
}

// sweep answers a tick. Ticks come every second, also while the one before is
// still at work.
func (a *api) sweep(w http.ResponseWriter, r *http.Request) error {
	if !a.sweeping.TryLock() {
		return wire.Reply(w, http.StatusOK, map[string]int{"lapsed": 0})
	}
	defer a.sweeping.Unlock()
	lapsed, err := a.Sweep(r.Context())
	a.lapsed.WithLabelValues().Add(float64(lapsed))
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, map[string]int{"lapsed": lapsed})
}
