package dapr

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"orderly/services/internal/batch"
	"orderly/services/internal/problem"
	"orderly/services/stock/internal/stock"
)

// Orders asks the app "order" through both sidecars; see stock.Orders. Those who ask
// at the same time share a call.
type Orders struct {
	invoke func(ctx context.Context, verb, app, path string, body []byte) ([]byte, error)
	calls  *batch.Batcher[string, found]
}

// found is what came of asking for one order.
type found struct {
	order  stock.Order
	exists bool
	err    error
}

const (
	lookupMost = 500             // orders of one call
	lookupTime = 2 * time.Second // that a call may take: who asks asks again
)

// NewOrders returns what asks by invoke.
func NewOrders(invoke func(ctx context.Context, verb, app, path string, body []byte) ([]byte, error)) *Orders {
	o := &Orders{invoke: invoke}
	o.calls = batch.New(batch.Options{Limits: func() batch.Limits { return batch.Limits{Batch: lookupMost} }}, o.lookup)
	return o
}

// Orders returns those of the orders that exist.
func (o *Orders) Orders(ctx context.Context, ids ...string) (map[string]stock.Order, error) {
	results, err := o.calls.DoAll(ctx, "", ids)
	if err != nil {
		return nil, notAsked(err)
	}
	orders := make(map[string]stock.Order, len(ids))
	for i, r := range results {
		if r.err != nil {
			return nil, r.err
		}
		if r.exists {
			orders[ids[i]] = r.order
		}
	}
	return orders, nil
}

func (o *Orders) lookup(ctx context.Context, ids []string) []found {
	results := make([]found, len(ids))
	orders, err := o.call(ctx, ids)
	for i, id := range ids {
		r := found{err: err}
		if err == nil {
			r.order, r.exists = orders[id]
		}
		results[i] = r
	}
	return results
}

// orderRecord is what is read of an order.
type orderRecord struct {
	ID        string     `json:"id"`
	Status    string     `json:"status"`
	ExpiresAt *time.Time `json:"expiresAt"`
	Items     []struct {
		SKU       string `json:"sku"`
		Quantity  int64  `json:"quantity"`
		UnitPrice *struct {
			Amount   int64  `json:"amount"`
			Currency string `json:"currency"`
		} `json:"unitPrice"`
	} `json:"items"`
}

func (o *Orders) call(ctx context.Context, ids []string) (map[string]stock.Order, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	body, err := json.Marshal(map[string][]string{"ids": ids})
	if err != nil {
		return nil, err
	}
	answer, err := o.invoke(ctx, http.MethodPost, "order", "/v1/orders/lookup", body)
	if err != nil {
		return nil, notAsked(err)
	}
	var got struct {
		Items []orderRecord `json:"items"`
	}
	if err := json.Unmarshal(answer, &got); err != nil || got.Items == nil {
		return nil, notAsked(fmt.Errorf("the answer cannot be read: %.200s", answer))
	}
	orders := make(map[string]stock.Order, len(got.Items))
	for _, r := range got.Items {
		orders[r.ID] = r.order()
	}
	return orders, nil
}

// fates says what a status means for goods.
var fates = map[string]stock.Fate{
	"pending": stock.Open, "confirmed": stock.Open,
	"paid": stock.Sold, "shipped": stock.Sold, "delivered": stock.Sold,
	"rejected": stock.Over, "cancelled": stock.Over, "expired": stock.Over,
}

// order is unclear when it is newer than this program: that is no error of the others
// in the same answer.
func (r orderRecord) order() stock.Order {
	o := stock.Order{Fate: cmp.Or(fates[r.Status], stock.Unclear), Status: r.Status}
	if r.ExpiresAt != nil {
		o.Until = *r.ExpiresAt
	}
	for _, it := range r.Items {
		line := stock.Line{SKU: it.SKU, Quantity: it.Quantity}
		if it.UnitPrice != nil {
			price, err := stock.NewMoney(it.UnitPrice.Amount, it.UnitPrice.Currency)
			if err != nil {
				o.Fate = stock.Unclear
			}
			line.UnitPrice = price
		}
		o.Lines = append(o.Lines, line)
	}
	return o
}

// notAsked is the problem of orders that cannot be asked for now: whoever needs to
// know tries again.
func notAsked(cause error) error {
	if p, ok := errors.AsType[*problem.Problem](cause); ok && !p.Final() {
		return p
	}
	return problem.New(http.StatusServiceUnavailable, "order-unavailable", "The order service does not answer. Send the same request again.").
		After(time.Second).Because(cause)
}
