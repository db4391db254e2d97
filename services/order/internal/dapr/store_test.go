package dapr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// store returns the store of one replica.
func store(fake *fakestore.Store, replica string, publish func(event.Event)) *Store {
	log := slog.New(slog.DiscardHandler)
	book := ledger.Open(ledger.Options{Store: fake, Codec: Codec{}, Marks: Marks, Replica: replica, Now: time.Now, Log: log,
		Publish: func(_ context.Context, _ string, events []event.Event) error {
			for _, e := range events {
				publish(e)
			}
			return nil
		}})
	return NewStore(book, log, func(string) {})
}

func nobody(event.Event) {}

// run has a store keep house until stop.
func run(t *testing.T, s *Store) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.book.Run(ctx)
	}()
	require.Eventually(t, s.book.Leads, 5*time.Second, time.Millisecond)
	return func() {
		cancel()
		<-ended
	}
}

func create(t *testing.T, s *Store, o order.Order) error {
	t.Helper()
	return s.Create(t.Context(), []order.New{{Ctx: t.Context(), Order: o}})[0]
}

func update(t *testing.T, s *Store, id string, to func(order.Order) (order.Order, error)) error {
	t.Helper()
	return s.Update(t.Context(), order.Change{ID: id, To: to})[0].Err
}

func pay(reference string) func(order.Order) (order.Order, error) {
	return func(o order.Order) (order.Order, error) {
		return o.Pay(order.Payment{Reference: reference, Amount: order.Money{Amount: 5, Currency: "USD"}}, noon)
	}
}

func cancel(o order.Order) (order.Order, error) { return o.Cancel("", noon) }

func confirmed(t *testing.T, id, customer string, at time.Time) order.Order {
	t.Helper()
	r := order.Request{CustomerID: customer, Items: []order.Item{{SKU: "tea", Quantity: 1}}, Metadata: map[string]any{"n": 1.0}}
	o, err := order.NewConfirmed(r, id, []order.Item{{SKU: "tea", Quantity: 1, UnitPrice: &order.Money{Amount: 5, Currency: "USD"}}}, at, at.Add(time.Minute))
	require.NoError(t, err)
	return o
}

func TestAnOrderComesBackAsItWasKept(t *testing.T) {
	fake := &fakestore.Store{}
	s := store(fake, "a", nobody)
	o := confirmed(t, "o1", "alice", noon)
	require.NoError(t, create(t, s, o))
	require.ErrorIs(t, create(t, s, o), order.ErrExists)
	for _, s := range []*Store{s, store(fake, "b", nobody)} {
		got, err := s.Get(t.Context(), "o1", "nobody")
		require.NoError(t, err)
		assert.Equal(t, map[string]order.Order{"o1": o}, got)
	}
	require.ErrorIs(t, update(t, s, "nobody", cancel), order.ErrNotFound)
}

func TestABatchIsKeptOrderByOrder(t *testing.T) {
	s := store(&fakestore.Store{}, "a", nobody)
	require.NoError(t, create(t, s, confirmed(t, "o1", "alice", noon)))
	var news []order.New
	for _, id := range []string{"o0", "o1", "o2"} {
		news = append(news, order.New{Ctx: t.Context(), Order: confirmed(t, id, "alice", noon), Fresh: id != "o1"})
	}
	errs := s.Create(t.Context(), news)
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], order.ErrExists)
	require.NoError(t, errs[2])
	changed := s.Update(t.Context(), order.Change{ID: "o0", To: cancel}, order.Change{ID: "o9", To: cancel},
		order.Change{ID: "o2", To: pay("r")}, order.Change{ID: "o2", To: pay("r")})
	assert.Equal(t, order.Cancelled, changed[0].Order.Status())
	require.ErrorIs(t, changed[1].Err, order.ErrNotFound)
	assert.EqualValues(t, 2, changed[2].Order.Version())
	assert.Equal(t, changed[2], changed[3], "a change that changes nothing")
}

func TestWritersOfOneOrderSideBySide(t *testing.T) {
	fake := &fakestore.Store{}
	require.NoError(t, create(t, store(fake, "first", nobody), confirmed(t, "o1", "alice", noon)))
	var wg sync.WaitGroup
	var mu sync.Mutex
	paid, cancelled := 0, 0
	for i := range 16 {
		s := store(fake, fmt.Sprint(i), nobody) // each a replica of its own
		wg.Go(func() {
			to := cancel
			if i%2 == 0 {
				to = pay(fmt.Sprint(i))
			}
			err := update(t, s, "o1", to)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && i%2 == 0:
				paid++
			case err == nil:
				cancelled++
			default:
				var illegal *order.IllegalTransition
				assert.ErrorAs(t, err, &illegal)
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, paid, 1)
	assert.Equal(t, 1, cancelled)
	got, err := store(fake, "last", nobody).Get(t.Context(), "o1")
	require.NoError(t, err)
	assert.EqualValues(t, 1+paid+cancelled, got["o1"].Version())
}

// TestWhatIsPublishedIsExactlyWhatHappened writes through a store that fails
// before and after its writes, and repeats as a caller would.
func TestWhatIsPublishedIsExactlyWhatHappened(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		var mu sync.Mutex
		faulty := false
		fake := &fakestore.Store{Fault: func(string, []string) error {
			mu.Lock()
			defer mu.Unlock()
			if faulty && rnd.IntN(8) == 0 {
				return errors.New("sidecar is gone")
			}
			return nil
		}}
		fail := func(on bool) {
			mu.Lock()
			defer mu.Unlock()
			faulty = on
		}
		published := map[string][]event.Sequence{}
		s := store(fake, "a", func(e event.Event) {
			if n := len(published[e.Subject]); n == 0 || published[e.Subject][n-1] < e.Sequence { // a repeat is no news
				published[e.Subject] = append(published[e.Subject], e.Sequence)
			}
		})
		stop := run(t, s)
		fail(true)
		for i := range 20 {
			o := confirmed(t, fmt.Sprint("o", i), "alice", noon)
			for err := errors.New("not yet"); err != nil && !errors.Is(err, order.ErrExists); {
				err = create(t, s, o)
			}
			for err := errors.New("not yet"); err != nil; {
				err = update(t, s, o.ID(), pay("r"))
			}
		}
		fail(false)
		stop()
		require.NoError(t, s.book.Drain(t.Context()))
		for i := range 20 {
			require.Equal(t, []event.Sequence{1, 2}, published[fmt.Sprint("o", i)], "seed %d: every event, in order", seed)
		}
	}
}

func TestListsPageWithoutRepeatOrMiss(t *testing.T) {
	s := store(&fakestore.Store{}, "a", nobody)
	for i := range 130 {
		require.NoError(t, create(t, s, confirmed(t, fmt.Sprint("o", i), fmt.Sprint("c", i%3), noon.Add(time.Duration(i)*time.Minute))))
	}
	require.NoError(t, update(t, s, "o100", cancel))
	for name, c := range map[string]struct {
		f    order.Filter
		want int
	}{
		"all":           {order.Filter{}, 130},
		"of a customer": {order.Filter{CustomerID: "c1"}, 43},
		"of nobody":     {order.Filter{CustomerID: "c9"}, 0},
		"cancelled":     {order.Filter{Statuses: []order.Status{order.Cancelled}}, 1},
		"from to":       {order.Filter{From: noon.Add(10 * time.Minute), To: noon.Add(20 * time.Minute)}, 10},
	} {
		for _, limit := range []int{1, 7, 50, 200} {
			f := c.f
			f.Limit = limit
			seen := map[string]bool{}
			last := noon.Add(time.Hour * 1000)
			for pages := 0; ; pages++ {
				require.Less(t, pages, 200)
				page, next, err := s.List(t.Context(), f)
				require.NoError(t, err)
				for _, o := range page {
					require.False(t, seen[o.ID()], name)
					require.True(t, o.CreatedAt().Before(last), name)
					seen[o.ID()], last = true, o.CreatedAt()
				}
				if next == "" {
					break
				}
				f.Cursor = next
			}
			require.Len(t, seen, c.want, name)
		}
	}
	_, _, err := s.List(t.Context(), order.Filter{Limit: 1, Cursor: "x"})
	require.ErrorIs(t, err, order.ErrCursor)
}

func TestDueFollowsTheOrder(t *testing.T) {
	s := store(&fakestore.Store{}, "a", nobody)
	defer run(t, s)()
	require.NoError(t, create(t, s, confirmed(t, "o1", "alice", noon)))
	pending, err := order.NewPending(order.Request{CustomerID: "bob", Items: []order.Item{{SKU: "a", Quantity: 1}}}, "o2", noon, time.Minute)
	require.NoError(t, err)
	require.NoError(t, create(t, s, pending))
	of := func(w order.Work, at time.Duration) []string {
		ids, err := s.Due(t.Context(), w, noon.Add(at), 10)
		require.NoError(t, err)
		return ids
	}
	due := func(at time.Duration) []string { return of(order.Unpaid, at) }
	assert.Empty(t, due(settleAfter-1))
	assert.Equal(t, []string{"o2"}, of(order.Unsettled, 2*settleAfter))
	assert.Equal(t, []string{"o2"}, of(order.Unsettled, time.Hour), "and no order that only waits to be paid")
	assert.Equal(t, []string{"o2"}, due(2*settleAfter))
	assert.Equal(t, []string{"o2"}, due(3*settleAfter), "again and again, until it is settled")
	assert.Equal(t, []string{"o2", "o1"}, due(time.Minute+time.Second))
	require.NoError(t, update(t, s, "o1", cancel))
	assert.Equal(t, []string{"o2"}, due(time.Hour))
	require.NoError(t, update(t, s, "o2", func(o order.Order) (order.Order, error) {
		return o.Confirm([]order.Item{{SKU: "a", Quantity: 1, UnitPrice: &order.Money{Amount: 5, Currency: "USD"}}}, noon.Add(3*time.Second))
	}))
	assert.Empty(t, due(4*time.Second))
	assert.Empty(t, of(order.Unsettled, 2*time.Hour))
	assert.Equal(t, []string{"o2"}, due(time.Hour), "its payment is overdue")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"v":1,"history":[{"sequence":1,"type":"order.placed.v1","data":{"orderId":"o","status":"pending"}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		value, err := Codec{}.Decode("order:o", raw)
		if err != nil {
			return
		}
		if o, ok := value.(order.Order); !ok || o.Version() < 1 || !o.Status().Valid() {
			t.Fatalf("accepted %q", raw)
		}
	})
}
