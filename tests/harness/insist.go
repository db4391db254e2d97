package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Reply is what came of one request of the traffic.
type Reply struct {
	At     time.Time // of the request
	Took   time.Duration
	What   string // place, pay, ship or cancel
	Status int    // 0 when no answer came
}

// Placed says whether an order was placed.
func (r Reply) Placed() bool { return r.What == "place" && r.Status/100 == 2 }

// Replies are all of them so far.
func (t *Traffic) Replies() []Reply {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Reply(nil), t.replies...)
}

// step takes an order to another status.
type step struct {
	what, method, path string
	body               any
	order, status      string // that is in this status then
}

// place places an order; it returns none when no answer came, or one that should not have been.
func (t *Traffic) place(last context.Context, buyer, key string, lines []Item) (Order, bool) {
	a, _, ok := t.insist(last, step{"place", http.MethodPost, "/v1/orders", t.story.Asking(buyer, lines...), "", ""}, "Idempotency-Key", key)
	switch {
	case !ok:
		return Order{}, false
	case a.Status/100 == 2:
		return As[Order](a), true
	}
	id, err := t.rightlyRefused(a, lines)
	if err != nil {
		t.bad(err)
		return Order{}, false
	}
	return Order{ID: id, Status: "rejected"}, true
}

// rightlyRefused says whether an order was refused for want of what is scarce, and for nothing else; it returns the order's id.
func (t *Traffic) rightlyRefused(a Answer, lines []Item) (id string, err error) {
	var p Problem
	if err := json.Unmarshal(a.Body, &p); err != nil {
		return "", fmt.Errorf("%w: %s", err, a)
	}
	if a.Status != http.StatusConflict || p.Code != "out-of-stock" || p.OrderID == "" || len(p.Shortages) != 1 {
		return "", fmt.Errorf("an order was refused, and not for what was short: %s", a)
	}
	for _, line := range lines {
		short := p.Shortages[0]
		if line.SKU == t.scarce && short.SKU == line.SKU && short.Requested == line.Quantity && short.Available >= 0 && short.Available < short.Requested {
			return p.OrderID, nil
		}
	}
	return "", fmt.Errorf("an order was refused for %+v, which it did not lack: %s", p.Shortages, a)
}

// take takes a step. A repeat may be refused because the first request was done, without an answer.
func (t *Traffic) take(last context.Context, next step) (Order, bool) {
	a, repeated, ok := t.insist(last, next)
	if ok && a.Status == http.StatusConflict && repeated {
		a, _, ok = t.insist(last, step{"read", http.MethodGet, "/v1/orders/" + next.order, nil, next.order, next.status})
	}
	if !ok {
		return Order{}, false
	}
	o, err := next.done(a)
	if err != nil {
		t.bad(err)
	}
	return o, err == nil
}

// done returns the order that a step was answered with, if that is where it leads.
func (s step) done(a Answer) (o Order, err error) {
	if a.Status == http.StatusOK {
		err = json.Unmarshal(a.Body, &o)
	}
	if err != nil || !canBecome(s.status, o.Status) {
		return Order{}, fmt.Errorf("%s does not make an order %s: %s", s.what, s.status, a)
	}
	return o, nil
}

// between is the pause between two tries; a caller who waits longer, as Retry-After may say, would see less.
const between = 100 * time.Millisecond

// insist repeats a request until it gets an answer that is final.
func (t *Traffic) insist(last context.Context, next step, header ...string) (a Answer, repeated, ok bool) {
	for n := 0; last.Err() == nil; n++ {
		began := time.Now()
		a, err := t.story.Order.Try(next.method, next.path, next.body, header...)
		t.mu.Lock()
		t.replies = append(t.replies, Reply{began, time.Since(began), next.what, a.Status}) // of no answer it is 0
		t.mu.Unlock()
		if err == nil && a.Status < 500 && a.Status != http.StatusTooManyRequests {
			return a, n > 0, true
		}
		select {
		case <-last.Done():
		case <-time.After(between):
		}
	}
	return Answer{}, true, false
}

func (t *Traffic) bad(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wrong = append(t.wrong, err)
}

// Wrong is what customers were answered that should not have been, and that they never wanted what there was too little of.
func (t *Traffic) Wrong() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range t.attempts {
		if a.Status == "rejected" {
			return errors.Join(t.wrong...)
		}
	}
	return errors.Join(append(t.wrong, errors.New("no order was refused for want of stock: the traffic was too short to show that"))...)
}
