package simulation

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/internal/settings"
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
	clock   *clock
	book    *ledger.Book
	order   *order.Rooms
	stock   *stock.Stock
	notify  *notify.Notify
	cancel  context.CancelFunc

	keeping, sweeping sync.Mutex
	ids               atomic.Int64
}

// spawn starts a process.
func (w *world) spawn(service, replica string, skew time.Duration) *process {
	w.lives++
	p := &process{w: w, service: service, replica: replica, life: w.lives, name: fmt.Sprintf("%s.%d", replica, w.lives), clock: newClock(skew)}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	store, now, log := w.door(p), p.clock.now, w.Log.With("process", p.name)
	switch service {
	case "order":
		p.order = order.New(order.Options{Store: store, Replica: replica, Publish: w.bus.publish(p.name), Invoke: p.invoke, Now: now, NewID: p.newID, Log: log,
			Settings: settings.Fixed(order.Settings{PaymentTTL: w.paymentTTL(), HoldTTL: w.firstTTL(), StockTimeout: stockTimeout})})
		p.book = p.order.Book
	case "stock":
		p.stock = stock.New(stock.Options{Store: store, Replica: replica, Publish: w.bus.publish(p.name), Invoke: p.invoke, Now: now, Log: log,
			Settings: settings.Fixed(stock.Settings{HoldTTL: w.holdTTL()})})
		p.book = p.stock.Book
	case "notify":
		p.notify = notify.New(notify.Options{Store: store, Replica: replica, Binder: post{p}, Now: now, Log: log,
			Key:      func(context.Context) ([]byte, error) { return []byte("key"), nil },
			Replay:   func(context.Context, string, []byte) error { return nil },
			Settings: settings.Fixed(notify.Settings{Lease: sendLease, Timeout: sendTimeout, Pauses: sendPauses, Wait: sendWait})})
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

// hear handles an event; an answer of the dead is none.
func (p *process) hear(ctx context.Context, e event.Event) error {
	var err error
	switch {
	case p.order != nil:
		err = p.order.Hear(ctx, e)
	case p.stock != nil:
		err = p.hearAsStock(ctx, e)
	default:
		err = p.hearAsNotify(ctx, e)
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

// close ends every process.
func (w *world) close() {
	for _, s := range services {
		for _, p := range w.alive[s] {
			p.cancel()
		}
	}
	w.living.Wait()
}
