package dapr

import (
	"context"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/internal/telemetry"
	"orderly/services/order/internal/order"
)

// settleAfter is how long stock is left alone before it is asked again for a
// pending order.
const settleAfter = time.Second

// write is an order as it is to be kept: with its events after version.
type write struct {
	ctx     context.Context
	order   order.Order
	version int64
	events  []event.Event
	err     error // an event cannot be written
}

func newWrite(ctx context.Context, o order.Order, version int64) *write {
	if o.Version() == version {
		return &write{ctx: ctx, order: o, version: version}
	}
	w := &write{ctx: ctx, order: o.Traced(version, telemetry.TraceID(ctx)), version: version}
	w.events = make([]event.Event, 0, o.Version()-version)
	for _, e := range o.Since(version) {
		ce, err := event.New(ctx, "/orders", string(e.Type), o.ID(), e.Sequence, e.At, e.Data)
		if err != nil {
			w.err = err
		}
		w.events = append(w.events, ce)
	}
	return w
}

// put writes the order, what it publishes, the lists it begins in and when it
// asks for work.
func (w *write) put(t *ledger.Txn) error {
	if w.err != nil || w.order.Version() == w.version {
		return w.err
	}
	o := w.order
	t.Put(key(o.ID()), o)
	for _, e := range w.events {
		t.Publish(Topic, e)
	}
	if w.version == 0 {
		first := ledger.Entry{ID: o.ID(), At: o.CreatedAt()}
		t.Append(created, first)
		t.Append(ofCustomer(o.CustomerID()), first)
	}
	if at := dueAt(o.ID(), o); !at.IsZero() {
		t.Remind(at, o.ID())
	}
	return nil
}

// dueAt is when an order asks for work: a pending one soon, and then again and
// again until it is settled; a confirmed one when its payment is overdue.
func dueAt(_ string, value any) time.Time {
	o, ok := value.(order.Order)
	if !ok {
		return time.Time{}
	}
	switch o.Status() { //nolint:exhaustive // the others wait for nobody
	case order.Pending:
		return o.CreatedAt().Add(settleAfter)
	case order.Confirmed:
		return o.ExpiresAt()
	}
	return time.Time{}
}

// settleAt is dueAt of a pending order only: those do not wait behind overdue ones.
func settleAt(id string, value any) time.Time {
	if o, ok := value.(order.Order); !ok || o.Status() != order.Pending {
		return time.Time{}
	}
	return dueAt(id, value)
}
