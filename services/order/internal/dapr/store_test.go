package dapr

import (
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
	"orderly/services/order/internal/order"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func store(fake *fakestore.Store) *Store {
	return NewStore(fake, slog.New(slog.DiscardHandler), func(string) {})
}

func confirmed(t *testing.T, id, customer string, at time.Time) order.Order {
	t.Helper()
	r := order.Request{CustomerID: customer, Items: []order.Item{{SKU: "tea", Quantity: 1}}, Metadata: map[string]any{"n": 1.0}}
	o, err := order.NewConfirmed(r, id, []order.Item{{SKU: "tea", Quantity: 1, UnitPrice: &order.Money{Amount: 5, Currency: "USD"}}}, at, time.Minute)
	require.NoError(t, err)
	return o
}

func TestAnOrderComesBackAsItWasKept(t *testing.T) {
	s := store(&fakestore.Store{})
	o := confirmed(t, "o1", "alice", noon)
	require.NoError(t, s.Create(t.Context(), o))
	require.ErrorIs(t, s.Create(t.Context(), o), order.ErrExists)
	got, err := s.Get(t.Context(), "o1")
	require.NoError(t, err)
	assert.Equal(t, o, got)
	_, err = s.Get(t.Context(), "nobody")
	require.ErrorIs(t, err, order.ErrNotFound)
}

func TestWritersOfOneOrderSideBySide(t *testing.T) {
	fake := &fakestore.Store{}
	require.NoError(t, store(fake).Create(t.Context(), confirmed(t, "o1", "alice", noon)))
	var wg sync.WaitGroup
	var mu sync.Mutex
	paid, cancelled := 0, 0
	for i := range 16 {
		s := store(fake) // each a replica of its own
		wg.Go(func() {
			_, err := s.Update(t.Context(), "o1", func(o order.Order) (order.Order, error) {
				if i%2 == 0 {
					return o.Pay(order.Payment{Reference: fmt.Sprint(i), Amount: order.Money{Amount: 5, Currency: "USD"}}, noon)
				}
				return o.Cancel("", noon)
			})
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
	o, err := store(fake).Get(t.Context(), "o1")
	require.NoError(t, err)
	assert.EqualValues(t, 1+paid+cancelled, o.Version())
}

// TestTheJournalTellsExactlyWhatHappened writes through a store that fails
// before and after its writes, and repeats as a caller would.
func TestTheJournalTellsExactlyWhatHappened(t *testing.T) {
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		fake := &fakestore.Store{Fault: func(string, []string) error {
			if rnd.IntN(8) == 0 {
				return errors.New("sidecar is gone")
			}
			return nil
		}}
		s := store(fake)
		for i := range 20 {
			o := confirmed(t, fmt.Sprint("o", i), "alice", noon)
			for err := errors.New("not yet"); err != nil && !errors.Is(err, order.ErrExists); {
				err = s.Create(t.Context(), o)
			}
			for err := errors.New("not yet"); err != nil; {
				_, err = s.Update(t.Context(), o.ID(), func(o order.Order) (order.Order, error) {
					return o.Pay(order.Payment{Reference: "r", Amount: order.Money{Amount: 5, Currency: "USD"}}, noon)
				})
			}
		}
		fake.Fault = nil
		entries, err := s.Book().Read(t.Context(), Journal, 0, 1000)
		require.NoError(t, err)
		published := map[string][]event.Sequence{}
		for _, e := range entries {
			published[e.ID] = append(published[e.ID], e.Event.Sequence)
		}
		for i := range 20 {
			require.Equal(t, []event.Sequence{1, 2}, published[fmt.Sprint("o", i)], "seed %d: every event once, in order", seed)
		}
	}
}

func TestListsPageWithoutRepeatOrMiss(t *testing.T) {
	s := store(&fakestore.Store{})
	for i := range 130 {
		require.NoError(t, s.Create(t.Context(), confirmed(t, fmt.Sprint("o", i), fmt.Sprint("c", i%3), noon.Add(time.Duration(i)*time.Minute))))
	}
	_, err := s.Update(t.Context(), "o100", func(o order.Order) (order.Order, error) { return o.Cancel("", noon) })
	require.NoError(t, err)
	for name, c := range map[string]struct {
		f    order.Filter
		want int
	}{
		"all":           {order.Filter{}, 130},
		"of a customer": {order.Filter{CustomerID: "c1"}, 43},
		"of nobody":     {order.Filter{CustomerID: "c9"}, 0},
		"cancelled":     {order.Filter{Status: order.Cancelled}, 1},
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
	_, _, err = s.List(t.Context(), order.Filter{Limit: 1, Cursor: "x"})
	require.ErrorIs(t, err, order.ErrCursor)
}

func TestDueFollowsTheOrder(t *testing.T) {
	s := store(&fakestore.Store{})
	require.NoError(t, s.Create(t.Context(), confirmed(t, "o1", "alice", noon)))
	pending, err := order.NewPending(order.Request{CustomerID: "bob", Items: []order.Item{{SKU: "a", Quantity: 1}}}, "o2", noon, time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Create(t.Context(), pending))
	due := func(at time.Duration) []string {
		ids, err := s.Due(t.Context(), noon.Add(at), 10)
		require.NoError(t, err)
		return ids
	}
	assert.Equal(t, []string{"o2"}, due(time.Second))
	assert.Equal(t, []string{"o2", "o1"}, due(time.Minute))
	_, err = s.Update(t.Context(), "o1", func(o order.Order) (order.Order, error) { return o.Cancel("", noon) })
	require.NoError(t, err)
	assert.Equal(t, []string{"o2"}, due(time.Hour))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"v":1,"history":[{"sequence":1,"type":"order.placed.v1","data":{"orderId":"o","status":"pending"}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if o, err := decode("o", raw); err == nil && (o.Version() < 1 || !o.Status().Valid()) {
			t.Fatalf("accepted %q", raw)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor(7))
	f.Fuzz(func(t *testing.T, s string) {
		if pos, err := openCursor(s); err == nil && pos < -1 {
			t.Fatalf("%q opens as %d", s, pos)
		}
	})
}
