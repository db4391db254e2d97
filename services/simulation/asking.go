package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"orderly/services/internal/problem"
	order "orderly/services/order/wiring"
)

// What processes are asked by others. An answer of the dead is none.

// invoke asks a living process of another app, as services do through the sidecars:
// order asks stock for goods, and stock asks order what has become of orders.
func (p *process) invoke(ctx context.Context, verb, app, path string, body []byte) ([]byte, error) {
	if p.stock != nil && p.w.Mutant == LapseUnasked {
		return []byte(`{"items":[]}`), nil
	}
	if p.stock != nil && p.w.Mutant == BelieveAnyone {
		return believe(body)
	}
	if p.order != nil && p.w.Mutant == ClaimNew {
		body = p.claimNew(body)
	}
	what := "invoke " + path + string(body)
	ask := func() ([]byte, error) {
		to := p.w.choose(app)
		answer, err := to.answer(context.WithoutCancel(ctx), verb, path, body)
		return answer, to.unlessDead(err)
	}
	if verb == http.MethodDelete {
		p.w.notes.note(func(n *notes) { n.freed[path[len(reservations):]] = true })
	}
	switch p.w.stage.wait(ctx, p.name, app, what).verdict {
	case done:
		answer, err := ask()
		if err == nil && p.order != nil {
			p.w.notes.holds(p.name, answer)
			p.heard(answer)
		}
		return answer, err
	case lost: // and the sidecar asks again, which nobody waits for any more
		_, _ = ask()
		p.w.later(p.name+" again "+what, func() { p.w.busy.Go(func() { _, _ = ask() }) })
	case late:
		p.w.later(p.name+" "+what, func() { p.w.busy.Go(func() { _, _ = ask() }) })
	case torn, fail:
	}
	return nil, errFailed
}

const reservations = "/v1/reservations/"

// answer is what stock says to order, and order to stock.
func (p *process) answer(ctx context.Context, verb, path string, body []byte) ([]byte, error) {
	if p.order != nil {
		return p.order.Lookup(ctx, body)
	}
	if verb == http.MethodDelete {
		_, err := p.stock.Release(ctx, path[len(reservations):])
		return nil, err
	}
	return p.stock.Reserve(ctx, body)
}

// place, pay and cancel are what customers ask of order.
func (p *process) place(ctx context.Context, customer string, items []order.Item, key string) (id, status string, err error) {
	id, status, err = p.order.Place(ctx, customer, items, key)
	return id, status, p.unlessDead(err)
}

func (p *process) pay(ctx context.Context, id string) error {
	return p.unlessDead(p.order.Pay(ctx, id, "ref-"+id))
}

func (p *process) cancelOrder(ctx context.Context, id string) error {
	return p.unlessDead(p.order.Cancel(ctx, id, "changed my mind"))
}

// receive puts goods on a shelf.
func (p *process) receive(ctx context.Context, sku string, quantity int64, reference string) error {
	_, err := p.stock.Receive(ctx, sku, quantity, reference)
	return p.unlessDead(err)
}

// reserve holds one line for an order id; the error is that it was not answered.
func (p *process) reserve(ctx context.Context, id, sku string, quantity int64) error {
	body, err := json.Marshal(map[string]any{"reservations": []any{map[string]any{"orderId": id,
		"items": []any{map[string]any{"sku": sku, "quantity": quantity}}}}})
	if err != nil {
		return err
	}
	_, err = p.stock.Reserve(ctx, body)
	return p.unlessDead(err)
}

// release gives back what an order holds, or will hold.
func (p *process) release(ctx context.Context, id string) error {
	if p.w.Mutant == SkipTombstone {
		if _, err := p.stock.Reservation(ctx, id); err != nil {
			return p.unlessDead(nil)
		}
	}
	_, err := p.stock.Release(ctx, id)
	return p.unlessDead(err)
}

// final reports whether an event with this error must not come again.
func (p *process) final(err error) bool {
	if problem, ok := errors.AsType[*problem.Problem](err); ok {
		return problem.Final()
	}
	return p.order != nil && order.Final(err)
}
