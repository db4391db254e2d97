package dapr

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"orderly/services/order/internal/order"
)

// Stock asks the app "stock" through both sidecars.
type Stock struct {
	Invoke  func(ctx context.Context, verb, app, path string, body []byte) ([]byte, error)
	Timeout func() time.Duration // how long a customer waits for stock before the order is kept as pending
	HoldTTL func() time.Duration // how long a hold lives whose order was never kept
	Now     func() time.Time
	version atomic.Int64 // of stock, as it said last
}

type line struct {
	SKU       string       `json:"sku"`
	Quantity  int64        `json:"quantity"`
	UnitPrice *order.Money `json:"unitPrice,omitempty"`
}

type reservation struct {
	OrderID    string `json:"orderId"`
	Status     string `json:"status,omitempty"`
	Items      []line `json:"items"`
	TTLSeconds int64  `json:"ttlSeconds,omitempty"`
	NewSince   *int64 `json:"newSince,omitempty"`
	Trace      string `json:"traceparent,omitempty"` // where it is not that of the call
}

// refusal is what is read of stock's problem+json.
type refusal struct {
	Code      string           `json:"code"`
	Detail    string           `json:"detail"`
	SKUs      []string         `json:"skus"`
	Shortages []order.Shortage `json:"shortages"`
	Items     []line           `json:"items"`
}

// verdict is what stock says to one reservation of a batch.
type verdict struct {
	Status      int         `json:"status"`
	Reservation reservation `json:"reservation"`
	Problem     refusal     `json:"problem"`
}

// Reserve holds items for orders; see order.Stock. It asks by the batch call even
// for one, as that answers 200 to a refusal too: the sidecar's breaker counts
// every status from 400 on as a failure, and a sold-out shop would open it.
//
// Orders of one baggage share an invocation.
func (s *Stock) Reserve(_ context.Context, asks []order.Ask) []order.Held {
	held := make([]order.Held, len(asks))
	parties := partiesOf(asks)
	if len(parties) == 1 {
		s.reserve(parties[0], asks, held)
		return held
	}
	var wg sync.WaitGroup
	for _, p := range parties {
		wg.Go(func() { s.reserve(p, asks, held) })
	}
	wg.Wait()
	return held
}

// reserve asks for one party and fills in its answers.
func (s *Stock) reserve(p party, all []order.Ask, held []order.Held) {
	asks := p.of(all)
	ctx, span := p.start(all)
	defer span.End()
	until := s.Now().Add(s.HoldTTL() / 2) // by the own clock; stock prolongs what has less time left
	verdicts, err := s.ask(ctx, asks)
	for i, at := range p {
		if err != nil {
			held[at].Err = err
			continue
		}
		held[at] = verdicts[i].open(asks[i])
		held[at].Until = until
	}
}

func (s *Stock) ask(ctx context.Context, asks []order.Ask) ([]verdict, error) {
	all, version := make([]reservation, len(asks)), s.version.Load()
	for i, a := range asks {
		all[i] = reservation{OrderID: a.OrderID, TTLSeconds: int64(s.HoldTTL() / time.Second)}
		if a.Fresh { // stock need not look for it in what it knew when it told us of this version
			all[i].NewSince = &version
		}
		if len(asks) > 1 {
			all[i].Trace = traceOf(a.Ctx)
		}
		for _, it := range a.Items {
			all[i].Items = append(all[i].Items, line{SKU: it.SKU, Quantity: it.Quantity})
		}
	}
	body, err := json.Marshal(map[string]any{"reservations": all})
	if err != nil {
		return nil, err
	}
	answer, err := s.call(ctx, http.MethodPost, "/v1/reservations/batch", body)
	if err != nil {
		return nil, err
	}
	var got struct {
		Results []verdict `json:"results"`
		Version int64     `json:"version"`
	}
	if err := json.Unmarshal(answer, &got); err != nil || len(got.Results) != len(asks) {
		return nil, fmt.Errorf("%w in a way that can be read: %.200s", order.ErrStockSilent, answer)
	}
	s.version.Store(got.Version)
	return got.Results, nil
}

// open returns what a verdict says to an ask.
func (v verdict) open(a order.Ask) (held order.Held) {
	switch {
	case v.Status/100 == 2:
		held.Items, held.Err = priced(a.Items, v.Reservation.Items)
	case v.Status/100 == 4 && v.Status != http.StatusTooManyRequests:
		held.Err = refused(v.Problem, a.OrderID, a.Items)
	default:
		held.Err = fmt.Errorf("%w: %d %s", order.ErrStockSilent, v.Status, v.Problem.Code)
	}
	return held
}

// Release gives back what is held for an order; see order.Stock.
func (s *Stock) Release(ctx context.Context, orderID string) error {
	_, err := s.call(ctx, http.MethodDelete, "/v1/reservations/"+url.PathEscape(orderID), nil)
	return err
}

// Holds reports whether stock holds items for an order; see order.Stock.
func (s *Stock) Holds(ctx context.Context, orderID string) (bool, error) {
	answer, err := s.call(ctx, http.MethodGet, "/v1/reservations/"+url.PathEscape(orderID), nil)
	if err != nil {
		return false, err
	}
	var got reservation
	if err := json.Unmarshal(answer, &got); err != nil {
		return false, fmt.Errorf("%w in a way that can be read: %.200s", order.ErrStockSilent, answer)
	}
	return got.Status == "held", nil
}

// call returns what stock answered. Anything but a 2xx, such as 500 for an app
// that is gone, means that stock is silent.
func (s *Stock) call(ctx context.Context, verb, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout())
	defer cancel()
	answer, err := s.Invoke(ctx, verb, "stock", path, body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", order.ErrStockSilent, err)
	}
	return answer, nil
}

func refused(no refusal, orderID string, items []order.Item) error {
	if no.Code != "out-of-stock" {
		return &order.Refused{Code: no.Code, Detail: no.Detail, SKUs: no.SKUs}
	}
	short := &order.OutOfStock{OrderID: orderID, Shortages: no.Shortages, Items: items}
	if p, err := priced(items, no.Items); err == nil {
		short.Items = p
	}
	return short
}

// priced returns items with the prices stock answered. Other items than those
// asked for mean that a request with the same key, but another body, was first.
func priced(items []order.Item, answered []line) ([]order.Item, error) {
	prices := map[string]line{}
	for _, l := range answered {
		prices[l.SKU] = l
	}
	out := make([]order.Item, len(items))
	for i, it := range items {
		l, ok := prices[it.SKU]
		if !ok || l.Quantity != it.Quantity || l.UnitPrice == nil || len(answered) != len(items) {
			return nil, order.ErrKeyReused
		}
		out[i] = order.Item{SKU: it.SKU, Quantity: it.Quantity, UnitPrice: l.UnitPrice}
	}
	return out, nil
}
