package harness

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Traffic is customers who keep ordering, paying and cancelling while something happens to the system. A request that
// gets no answer is sent again, with the same key, as a real caller would.
type Traffic struct {
	story     *Story
	customers []string
	received  map[string]int64
	skus      []string
	end       context.CancelFunc // no new orders
	giveUp    context.CancelFunc // no more repeats
	done      sync.WaitGroup

	mu       sync.Mutex
	attempts []Attempt
}

const (
	buyers    = 4
	buyerPace = 25 * time.Millisecond // so that a machine with two cores has time for what the story is about
	stubborn  = 30 * time.Second      // how long a request without an answer is repeated after the end
)

// Traffic begins traffic on a few products of its own.
func (s *Story) Traffic(name string) *Traffic {
	s.T.Helper()
	ctx, end := context.WithCancel(context.Background())
	last, giveUp := context.WithCancel(context.Background())
	t := &Traffic{story: s, received: map[string]int64{}, end: end, giveUp: giveUp}
	for i := range 3 {
		sku := s.Product(fmt.Sprintf("%s-%d", name, i), 10_000)
		t.skus, t.received[sku] = append(t.skus, sku), 10_000
	}
	for i := range buyers {
		buyer := fmt.Sprintf("%s-buyer-%d", name, i)
		s.Contact(buyer, "en", "")
		t.customers = append(t.customers, s.Customer(buyer))
		t.done.Go(func() { t.buy(ctx, last, buyer) })
	}
	s.T.Cleanup(func() { end(); giveUp(); t.done.Wait() })
	return t
}

// End stops the customers and returns what they have been told.
func (t *Traffic) End() []Attempt {
	t.end()
	late := time.AfterFunc(stubborn, t.giveUp)
	defer late.Stop()
	t.done.Wait()
	return t.attempts
}

// Answered is how many orders have been answered so far.
func (t *Traffic) Answered() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, a := range t.attempts {
		if a.OrderID != "" {
			n++
		}
	}
	return n
}

// Flowing waits until n more orders have been answered.
func (t *Traffic) Flowing(n int) {
	t.story.T.Helper()
	want := t.Answered() + n
	t.story.Until("orders are answered", func() error {
		if got := t.Answered(); got < want {
			return fmt.Errorf("%d of %d", got, want)
		}
		return nil
	})
}

func (t *Traffic) buy(ctx, last context.Context, buyer string) {
	pace := time.NewTicker(buyerPace)
	defer pace.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		key := t.story.Key(fmt.Sprintf("%s-%d", buyer, n))
		a := Attempt{Customer: t.story.Customer(buyer), Key: key}
		t.mu.Lock()
		mine := len(t.attempts)
		t.attempts = append(t.attempts, a) // before the request: without an answer it may still be done
		t.mu.Unlock()
		note := func(o Order) {
			t.mu.Lock()
			t.attempts[mine].OrderID, t.attempts[mine].Status = o.ID, o.Status
			t.mu.Unlock()
		}
		lines := []Item{Line(t.skus[n%len(t.skus)], 1+n%3), Line(t.skus[(n+1)%len(t.skus)], 1)}
		o, ok := t.insist(last, http.MethodPost, "/v1/orders", t.story.Asking(buyer, lines...), "Idempotency-Key", key)
		if ok {
			note(o)
			t.goOn(last, n, o, note)
		}
		<-pace.C
	}
}

// goOn takes a confirmed order further: some are paid, some of these shipped, some cancelled, some left.
func (t *Traffic) goOn(last context.Context, n int, o Order, note func(Order)) {
	if o.Status != "confirmed" {
		return
	}
	path := "/v1/orders/" + o.ID
	switch n % 4 {
	case 0, 1:
		paid, ok := t.insist(last, http.MethodPost, path+"/payment", Payment(o, "pay-"+o.ID))
		if !ok {
			return
		}
		note(paid)
		if n%4 == 1 {
			if shipped, ok := t.insist(last, http.MethodPost, path+"/shipment", Shipment); ok {
				note(shipped)
			}
		}
	case 2:
		if cancelled, ok := t.insist(last, http.MethodDelete, path, nil); ok {
			note(cancelled)
		}
	}
}

// insist repeats a request until it gets a final answer; it returns the order, if that is the answer.
func (t *Traffic) insist(last context.Context, method, path string, body any, header ...string) (Order, bool) {
	for last.Err() == nil {
		a, err := t.story.Order.Try(method, path, body, header...)
		switch {
		case err == nil && a.Status/100 == 2:
			return As[Order](a), true
		case err == nil && a.Status/100 == 4 && a.Status != http.StatusTooManyRequests:
			return Order{}, false // such as a repeated shipment: the first one was done
		}
		time.Sleep(poll)
	}
	return Order{}, false
}
