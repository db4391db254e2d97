package notify

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Store keeps contacts and what was told.
type Store interface {
	// Contact returns ErrNotFound when the customer has none.
	Contact(ctx context.Context, customerID string) (Contact, error)
	SaveContact(ctx context.Context, c Contact) error
	// Tell saves what decide makes of each event that was not told yet, and answers
	// in their order. decide gets the zero Contact when there is none; it only
	// computes and may run again.
	Tell(ctx context.Context, heard []Heard, decide func(e Event, c Contact, s Story) (Story, []Told, error)) []Answer
	// Change loads, changes and saves the story that each is of; an error of change is
	// answered as it is, with what was loaded.
	Change(ctx context.Context, keys []ToldKey, change func(s Story, event string) (Story, []Told, error)) []Answer
	// Pass changes the stories of orders, which may have none, and answers in their order.
	Pass(ctx context.Context, passed []Passed, change func(Passed, Story) (Story, []Told, error)) []Answer
	// Hold has the story of an order at hand until release.
	Hold(orderID string) (release func())
	// Due returns keys of what is due on a queue at now, the longest due first.
	Due(ctx context.Context, q Queue, now time.Time, limit int) ([]ToldKey, error)
	// Later has Due leave out what it returned, until then.
	Later(q Queue, keys []ToldKey, until time.Time)
	// Notifications lists newest first, from after a cursor of its own making.
	Notifications(ctx context.Context, want Filter, after string, limit int) (page []Notification, next string, err error)
}

// Heard is an event, and the context in which it was heard: its trace.
type Heard struct {
	Ctx   context.Context
	Event Event
}

// Passed is an event that customers are not told of.
type Passed struct {
	Ctx      context.Context
	OrderID  string
	Sequence int64
}

// Answer is what a Store says of one event.
type Answer struct {
	Told  Told
	Also  []Told // of the same order, changed with it
	First bool   // it was not told before
	Err   error
}

// Message is what a Sender delivers to one address.
type Message struct {
	ID     string
	To     string
	Locale string
	Event  Event
	Late   bool // a newer one of the order was sent before
}

// Sender is the way out on one channel. The same message may come twice, after
// a crash between sending and saying so.
type Sender interface {
	Send(ctx context.Context, m Message) (reference string, err error)
}

// Rules are what an operator may set, while messages are on their way too.
type Rules struct {
	Off     []Channel       // not to be used now: what is for them is suppressed
	Lease   time.Duration   // how long a sending may take before another may try
	Timeout time.Duration   // of one attempt
	Pauses  []time.Duration // between attempts; one attempt more than pauses
	Wait    time.Duration   // how long a message waits for those of events before; 0 is not
	Reach   Reach           // where webhooks may go
}

func (r Rules) off(ch Channel) bool { return slices.Contains(r.Off, ch) }

// Service is what notify does.
type Service struct {
	store   Store
	desks   map[Channel]*desk
	empty   chan struct{} // a desk asks for more
	taking  sync.Mutex    // held by whoever takes what is due
	rules   func() Rules
	now     func() time.Time
	observe func(ctx context.Context, n Notification, cause error)
}

// NewService returns a service that sends on the channels that have an Outlet, by
// the rules as they are at each step.
// observe is told of each notification that was sent, suppressed or not accepted.
func NewService(store Store, outlets map[Channel]Outlet, rules func() Rules, now func() time.Time, observe func(context.Context, Notification, error)) *Service {
	s := &Service{store: store, desks: map[Channel]*desk{}, empty: make(chan struct{}, 1), rules: rules, now: now, observe: observe}
	for ch, o := range outlets {
		s.desks[ch] = newDesk(o)
	}
	return s
}

// Contact returns a customer's contact, or ErrNotFound.
func (s *Service) Contact(ctx context.Context, customerID string) (Contact, error) {
	return s.store.Contact(ctx, customerID)
}

// SetContact says how a customer is told from now on.
func (s *Service) SetContact(ctx context.Context, f ContactFields) (Contact, error) {
	c, err := NewContact(f, s.rules().Reach)
	if err != nil {
		return c, err
	}
	return c, s.store.SaveContact(ctx, c)
}

// Notifications lists what was told, newest first.
func (s *Service) Notifications(ctx context.Context, want Filter, after string, limit int) ([]Notification, string, error) {
	return s.store.Notifications(ctx, want, after, limit)
}
