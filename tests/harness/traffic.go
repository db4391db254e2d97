package harness

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Traffic is customers who keep ordering, paying and cancelling while something happens to the system. There is plenty of
// some products; of one there is too little. A request that gets no answer, or is told to come again, is sent again with the
// same key, as a real caller would; any other refusal must be right.
type Traffic struct {
	story     *Story
	customers []string
	channels  map[string][]string // by which each customer wants to be told
	hook      *Hook               // of those who want webhooks
	received  map[string]int64
	skus      []string           // there is plenty of
	scarce    string             // there is not
	end       context.CancelFunc // no new orders
	giveUp    context.CancelFunc // no more repeats
	done      sync.WaitGroup

	mu       sync.Mutex
	attempts []Attempt
	replies  []Reply
	wrong    []error // answers that should not have been
}

const (
	buyers   = 4
	stubborn = 30 * time.Second // how long a request without an answer is repeated after the end
	plenty   = 1_000_000        // units of a product that is never short
	few      = 5                // units of the one that soon is
)

// pace is the time from one order of a customer to the next, so that a machine with two cores has time for what the story
// is about, and for others.
const pace = 100 * time.Millisecond

// Traffic begins traffic on a few products of its own.
func (s *Story) Traffic(name string) *Traffic { return s.TrafficAt(name, pace) }

// TrafficAt is Traffic with another time from one order of a customer to the next.
func (s *Story) TrafficAt(name string, pace time.Duration) *Traffic {
	s.T.Helper()
	ctx, end := context.WithCancel(context.Background())
	last, giveUp := context.WithCancel(context.Background())
	t := &Traffic{story: s, channels: map[string][]string{}, received: map[string]int64{}, hook: s.Hook(0), end: end, giveUp: giveUp}
	for i := range 3 {
		sku := s.Product(fmt.Sprintf("%s-%d", name, i), plenty)
		t.skus, t.received[sku] = append(t.skus, sku), plenty
	}
	t.scarce = s.Product(name+"-scarce", few)
	t.received[t.scarce] = few
	for i := range buyers {
		buyer, webhook, channels := fmt.Sprintf("%s-buyer-%d", name, i), "", []string{"email"}
		if i%2 == 1 {
			webhook, channels = t.hook.URL, []string{"email", "webhook"}
		}
		s.Contact(buyer, "en", webhook)
		t.customers, t.channels[s.Customer(buyer)] = append(t.customers, s.Customer(buyer)), channels
		t.done.Go(func() { t.buy(ctx, last, buyer, pace) })
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

// Remember keeps what webhooks have received: the probe, which received it, is about to be killed.
func (t *Traffic) Remember() {
	t.story.T.Helper()
	kept, err := t.hook.all()
	if err != nil {
		t.story.T.Fatal(err)
	}
	t.hook.kept = kept
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

func (t *Traffic) buy(ctx, last context.Context, buyer string, pace time.Duration) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
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
		if o, ok := t.place(last, buyer, key, t.wish(n)); ok {
			note(o)
			t.goOn(last, n, o, note)
		}
		<-tick.C
	}
}

// wish is what a customer's nth order is of: every third one wants what is scarce, too.
func (t *Traffic) wish(n int) []Item {
	lines := []Item{Line(t.skus[n%len(t.skus)], 1+n%3), Line(t.skus[(n+1)%len(t.skus)], 1)}
	if n%3 == 0 {
		lines = append(lines, Line(t.scarce, 1+n%2))
	}
	return lines
}

// goOn takes a confirmed order further: some are paid, some of these shipped, some cancelled, some left.
func (t *Traffic) goOn(last context.Context, n int, o Order, note func(Order)) {
	if o.Status != "confirmed" {
		return
	}
	path := "/v1/orders/" + o.ID
	pay := step{"pay", http.MethodPost, path + "/payment", Payment(o, "pay-"+o.ID), o.ID, "paid"}
	ship := step{"ship", http.MethodPost, path + "/shipment", Shipment, o.ID, "shipped"}
	cancel := step{"cancel", http.MethodDelete, path, nil, o.ID, "cancelled"}
	steps := [][]step{{pay}, {pay, ship}, {cancel}, nil}[n%4]
	for _, next := range steps {
		o, ok := t.take(last, next)
		if !ok {
			return
		}
		note(o)
	}
}
