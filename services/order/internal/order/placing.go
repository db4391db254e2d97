package order

import (
	"context"
	"errors"
)

// Placement is one request of many, and the context that it came in: its trace
// goes into the order's history and events.
type Placement struct {
	Ctx     context.Context
	Request Request
}

// Placed is the answer to a placed order.
type Placed struct {
	Order    Order
	Replayed bool // the request came again: this is its first answer
	Err      error
}

// PlaceAll places many orders, each on its own, and answers in their order. It
// holds stock for an order and keeps it as confirmed; as rejected, with an
// *OutOfStock error, when stock was short; as pending when stock did not answer.
// The same key with the same body again gets the first answer. Stock is asked,
// and the store told, once for all of them; a caller who leaves stops nothing.
func (s *Service) PlaceAll(ctx context.Context, placements []Placement) []Placed {
	b := s.gather(placements)
	s.recall(ctx, b)
	s.ask(ctx, b)
	s.keep(ctx, b)
	b.answerTwins()
	return b.placed
}

// recall answers the wishes that are orders already.
func (s *Service) recall(ctx context.Context, b *gathered) {
	var keyed []*wish
	for i := range b.wishes {
		if w := &b.wishes[i]; w.Request.Key != "" {
			keyed = append(keyed, w)
		}
	}
	s.repeat(ctx, b, keyed)
}

// repeat gives wishes the first answer of the orders that they have become; the
// others stay as they are.
func (s *Service) repeat(ctx context.Context, b *gathered, wishes []*wish) {
	if len(wishes) == 0 {
		return
	}
	ids := make([]string, len(wishes))
	for i, w := range wishes {
		ids[i] = w.id
	}
	found, err := s.Store.Get(ctx, ids...)
	for _, w := range wishes {
		o, known := found[w.id]
		switch {
		case err != nil:
			b.answer(w, Placed{Err: err})
		case known:
			w.order = o
			b.answer(w, repeated(w.Request, o))
		}
	}
}

// ask has stock hold what the open wishes want, and makes orders of its answers.
func (s *Service) ask(ctx context.Context, b *gathered) {
	open := b.open()
	if len(open) == 0 {
		return
	}
	asks := make([]Ask, len(open))
	for i, w := range open {
		asks[i] = Ask{Ctx: w.Ctx, OrderID: w.id, Items: w.Request.Items, Fresh: w.Request.Key == ""}
	}
	var vain []string
	for i, held := range s.Stock.Reserve(ctx, asks) {
		w := open[i]
		if w.order, w.refusal = s.decide(w.Request, w.id, held); w.order.Version() > 0 {
			continue
		}
		b.answer(w, Placed{Err: w.refusal})
		if held.Err == nil {
			vain = append(vain, w.id)
		}
	}
	s.release(ctx, vain) // where that fails the hold lapses by itself
}

// decide returns the order as it begins. Without an order (version 0) nothing
// is kept and the error is the answer.
func (s *Service) decide(r Request, id string, held Held) (Order, error) {
	now := s.Now()
	short, isShort := errors.AsType[*OutOfStock](held.Err)
	switch {
	case held.Err == nil && held.over(now):
		return NewPending(r, id, now, s.PaymentTTL()) // this process stood still; stock is asked again
	case held.Err == nil:
		o, err := NewConfirmed(r, id, held.Items, now, now.Add(s.PaymentTTL()))
		if err != nil {
			return Order{}, err
		}
		return o, nil
	case isShort:
		o, err := NewRejected(r, id, short, now)
		if err != nil {
			return Order{}, err
		}
		return o, short
	case errors.Is(held.Err, ErrStockSilent):
		return NewPending(r, id, now, s.PaymentTTL())
	}
	return Order{}, held.Err
}

// keep saves the orders that open wishes became.
func (s *Service) keep(ctx context.Context, b *gathered) {
	open := b.open()
	if len(open) == 0 {
		return
	}
	news := make([]New, len(open))
	for i, w := range open {
		news[i] = New{Ctx: w.Ctx, Order: w.order, Fresh: w.Request.Key == ""}
	}
	var lost []*wish
	var vain []string
	for i, err := range s.Store.Create(ctx, news) {
		w := open[i]
		switch {
		case errors.Is(err, ErrExists): // the same request side by side, in another batch
			lost = append(lost, w)
			b.placed[w.at].Err = err
			continue
		case errors.Is(err, ErrBusy) && w.order.Status().Open() && w.Request.Key == "":
			vain = append(vain, w.id) // who has no key can never ask for it again
		}
		if err != nil {
			w.order = Order{}
			b.answer(w, Placed{Err: err})
			continue
		}
		b.answer(w, Placed{Order: w.order, Err: w.refusal})
	}
	holding := map[string]bool{}
	for _, w := range lost {
		holding[w.id] = w.order.Status().Open()
	}
	s.repeat(ctx, b, lost)
	for _, w := range lost { // whoever was first found nothing to hold, and what was held then is nobody's
		if holding[w.id] && w.order.Status() == Rejected {
			vain = append(vain, w.id)
		}
	}
	s.release(ctx, vain)
}
