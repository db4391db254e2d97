// Package dapr is the back door of order: its documents and its calls to stock,
// through the sidecar.
package dapr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"orderly/services/internal/batch"
	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

// Names that are the same in every component set.
const (
	StateStore = "order-state"
	PubSub     = "pubsub"
	Topic      = "orders"
	created    = "orders" // list of every order, oldest first
)

// Store keeps each order as one document of a ledger. What it publishes is of
// the same page, so that an order and its events cannot part.
type Store struct {
	book  *ledger.Book
	due   map[order.Work]*ledger.Due
	lists *ledger.Yield
	log   *slog.Logger
	count func(event string)
}

// NewStore returns the store in a book whose Codec is this package's; count is
// told the type of every event kept.
func NewStore(book *ledger.Book, log *slog.Logger, count func(event string)) *Store {
	due := map[order.Work]*ledger.Due{
		order.Unsettled: ledger.NewDue(book, key, settleAt), order.Unpaid: ledger.NewDue(book, key, dueAt),
	}
	return &Store{book: book, due: due, lists: ledger.NewYield(), log: log, count: count}
}

func key(id string) string { return prefix + id }

const prefix = "order:"

// Group writes new orders together; see ledger.ByTime. Those with an idempotency
// key have no time in their ids: they go by themselves.
func Group(key string) string { return ledger.ByTime(strings.TrimPrefix(key, prefix)) }

func ofCustomer(id string) string { return "customer:" + id }

// Get returns orders; see order.Store.
func (s *Store) Get(ctx context.Context, ids ...string) (map[string]order.Order, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = key(id)
	}
	found := make(map[string]order.Order, len(ids))
	err := s.book.View(ctx, keys, func(t *ledger.Txn) error {
		clear(found)
		for i, k := range keys {
			if o, ok := t.Get(k).(order.Order); ok {
				found[ids[i]] = o
			}
		}
		return nil
	})
	return found, err
}

// Create keeps new orders; see order.Store.
func (s *Store) Create(ctx context.Context, news []order.New) []error {
	writes, changes := make([]*write, len(news)), make([]ledger.Change, len(news))
	for i, n := range news {
		w := newWrite(n.Ctx, n.Order, 0)
		c := ledger.Change{Decide: w.put}
		if k := key(n.Order.ID()); n.Fresh {
			c.Fresh = []string{k}
		} else {
			c.Keys = []string{k}
			c.Decide = func(t *ledger.Txn) error {
				if t.Get(k) != nil {
					return order.ErrExists
				}
				return w.put(t)
			}
		}
		writes[i], changes[i] = w, c
	}
	errs := s.book.ChangeAll(ctx, changes)
	for i, err := range errs {
		if errs[i] = known(err); err == nil {
			s.tell(writes[i])
		}
	}
	return errs
}

// Update loads, changes and saves orders; see order.Store.
func (s *Store) Update(ctx context.Context, changes ...order.Change) []order.Changed {
	all, writes := make([]ledger.Change, len(changes)), make([]*write, len(changes))
	for i, c := range changes {
		all[i] = ledger.Change{Keys: []string{key(c.ID)}, Decide: func(t *ledger.Txn) error {
			was, ok := t.Get(key(c.ID)).(order.Order)
			if !ok {
				return order.ErrNotFound
			}
			o, err := c.To(was)
			if err != nil {
				return err
			}
			w := newWrite(ctx, o, was.Version())
			writes[i] = w
			return w.put(t)
		}}
	}
	if len(all) == 1 {
		all[0].Lane = changes[0].ID
	}
	changed := make([]order.Changed, len(changes))
	for i, err := range s.book.ChangeAll(ctx, all) {
		if err != nil { // then its write may go on: it is not looked at
			changed[i].Err = known(err)
			continue
		}
		changed[i].Order = writes[i].order
		s.tell(writes[i])
	}
	return changed
}

// known puts an error of the ledger in the core's words.
func known(err error) error {
	if errors.Is(err, batch.ErrFull) {
		return fmt.Errorf("%w: %w", order.ErrBusy, err)
	}
	return err
}

// tell counts and logs the events of a write, each in the trace that made it.
func (s *Store) tell(w *write) {
	for _, e := range w.order.Since(w.version) {
		s.count(string(e.Type))
		s.log.InfoContext(w.ctx, string(e.Type), "order_id", w.order.ID(), "sequence", e.Sequence, "status", string(w.order.Status()))
	}
}

// Due returns orders that ask for work; see order.Store.
func (s *Store) Due(ctx context.Context, w order.Work, now time.Time, limit int) ([]string, error) {
	return s.due[w].Take(ctx, now, limit)
}

// Later has Due leave out an order until then.
func (s *Store) Later(w order.Work, id string, until time.Time) { s.due[w].Later([]string{id}, until) }
