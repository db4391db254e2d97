package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/internal/problem"
	notify "orderly/services/notify/wiring"
	order "orderly/services/order/wiring"
	stock "orderly/services/stock/wiring"
)

// process is one replica of a service, from its start to its death. One of
// order, stock and notify is set.
type process struct {
	w       *world
	service string
	replica string // its name, which the next one in its place may have again
	name    string // of this life
	life    int
	book    *ledger.Book
	order   *order.Rooms
	stock   *stock.Stock
	notify  *notify.Notify
	cancel  context.CancelFunc

	keeping, sweeping sync.Mutex
	ids               atomic.Int64
}

// Times of the simulated shop.
const (
	paymentTTL = 15 * time.Minute
	holdTTL    = 30 * time.Minute
)

// spawn starts a process.
func (w *world) spawn(service, replica string, skew time.Duration) *process {
	w.lives++
	p := &process{w: w, service: service, replica: replica, life: w.lives, name: fmt.Sprintf("%s.%d", replica, w.lives)}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	store, now, log := w.door(p.name, service), clock(skew), w.log.With("process", p.name)
	switch service {
	case "order":
		p.order = order.New(order.Options{Store: store, Replica: replica, Publish: w.bus.publish(p.name), Invoke: p.invoke, Now: now,
			NewID: p.newID, Log: log,
			PaymentTTL: paymentTTL, HoldTTL: holdTTL, StockTimeout: 3 * time.Second})
		p.book = p.order.Book
	case "stock":
		p.stock = stock.New(stock.Options{Store: store, Replica: replica, Publish: w.bus.publish(p.name), Now: now, HoldTTL: holdTTL, Log: log})
		p.book = p.stock.Book
	case "notify":
		p.notify = w.newNotify(p.name, replica, store, now, log)
		p.book = p.notify.Book
		w.living.Go(func() { p.notify.Run(ctx) })
	}
	return p
}

// newID returns ids like those of the service: UUIDs of version 7, which begin
// with the time.
func (p *process) newID() string {
	ms := time.Now().UnixMilli()
	return fmt.Sprintf("%08x-%04x-7000-8%03x-%012x", ms>>16, ms&0xffff, p.life, p.ids.Add(1))
}

// invoke asks a living stock.
func (p *process) invoke(ctx context.Context, verb, _, path string, body []byte) ([]byte, error) {
	word := p.w.stage.wait(p.name, "invoke "+path+string(body))
	if word == fail || word == late {
		return nil, errFailed
	}
	to := p.w.choose("stock")
	answer, err := to.answer(ctx, verb, path, body)
	if word == lost || p.w.stage.isDead(to.name) || err != nil {
		return nil, errors.Join(errFailed, err)
	}
	return answer, nil
}

// answer is what stock says to order.
func (p *process) answer(ctx context.Context, verb, path string, body []byte) ([]byte, error) {
	if verb == "DELETE" {
		_, err := p.stock.Release(ctx, path[len("/v1/reservations/"):])
		return nil, err
	}
	return p.stock.Reserve(ctx, body)
}

// hear handles an event; an answer of the dead is none.
func (p *process) hear(ctx context.Context, e event.Event) error {
	var err error
	switch {
	case p.order != nil:
		err = p.order.Hear(ctx, e)
	case p.stock != nil:
		err = p.hearAsStock(ctx, e)
	default:
		err = p.notify.Hear(ctx, e)
	}
	return p.unlessDead(err)
}

func (p *process) unlessDead(err error) error {
	if p.w.stage.isDead(p.name) {
		return errDead
	}
	return err
}

// sweep is the tick of each second.
func (p *process) sweep(ctx context.Context) error {
	switch {
	case p.order != nil:
		return p.order.Sweep(ctx)
	case p.stock != nil:
		_, err := p.stock.Sweep(ctx)
		return err
	}
	return p.notify.Retry(ctx)
}

func (p *process) receive(ctx context.Context, sku string, quantity int64, reference string) error {
	_, err := p.stock.Receive(ctx, sku, quantity, reference)
	return p.unlessDead(err)
}

// reserve holds one line for an order id; the error is that it was not answered
// or refused.
func (p *process) reserve(ctx context.Context, id, sku string, quantity int64) error {
	body, err := json.Marshal(map[string]any{"reservations": []any{map[string]any{"orderId": id,
		"items": []any{map[string]any{"sku": sku, "quantity": quantity}}}}})
	if err != nil {
		return err
	}
	_, err = p.stock.Reserve(ctx, body)
	return p.unlessDead(err)
}

// final reports whether an event with this error must not come again.
func (p *process) final(err error) bool {
	if problem, ok := errors.AsType[*problem.Problem](err); ok {
		return problem.Final()
	}
	return p.order != nil && order.Final(err)
}
