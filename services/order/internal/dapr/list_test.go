package dapr

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/problem"
	"orderly/services/order/internal/order"
)

// all lists page by page.
func all(t *testing.T, s *Store, f order.Filter) (ids []string) {
	t.Helper()
	for pages := 0; ; pages++ {
		require.Less(t, pages, 500)
		page, next, err := s.List(t.Context(), f)
		if p := (*problem.Problem)(nil); errors.As(err, &p) && p.Code == "index-behind" {
			continue // as a client would ask again
		}
		require.NoError(t, err)
		for _, o := range page {
			ids = append(ids, o.ID())
		}
		if f.Cursor = next; next == "" {
			return ids
		}
	}
}

// TestEveryListIsWhatTheOrdersSay compares lists of every combination of filters with
// the orders themselves, while they change, in a replica that wrote them and in one
// that has just begun.
func TestEveryListIsWhatTheOrdersSay(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 9))
		fake := &fakestore.Store{Partial: seed%2 == 1}
		s := store(fake, "a", nobody)
		stop := run(t, s)
		var model []order.Order
		keep := func(i int, to func(order.Order) (order.Order, error)) {
			if o, err := to(model[i]); err == nil && o.Version() > model[i].Version() {
				require.NoError(t, update(t, s, o.ID(), to))
				model[i] = o
			}
		}
		verbs := []func(order.Order) (order.Order, error){pay("r"), cancel,
			func(o order.Order) (order.Order, error) { return o.Flag(order.AttentionStock, noon), nil },
			func(o order.Order) (order.Order, error) { return o.Ship("c", "n", noon) },
			func(o order.Order) (order.Order, error) { return o.Expire(noon.Add(1000 * time.Hour)) },
			func(o order.Order) (order.Order, error) { return o.Deliver(noon) }}
		at := noon
		for round := range 4 {
			for range 50 {
				at = at.Add([]time.Duration{0, time.Millisecond, time.Second, 3 * time.Minute, 50 * time.Hour}[rng.IntN(5)])
				o := confirmed(t, fmt.Sprintf("o%03d", len(model)), fmt.Sprint("c", rng.IntN(3)), at)
				require.NoError(t, create(t, s, o))
				model = append(model, o)
				keep(rng.IntN(len(model)), verbs[rng.IntN(len(verbs))])
			}
			if round%2 == 1 { // a process ends, in order or not
				stop()
				if rng.IntN(2) == 0 {
					require.NoError(t, s.book.Drain(t.Context()))
				}
				s = store(fake, "a", nobody)
				stop = run(t, s)
			}
			other, end := follower(t, fake)
			for range 15 {
				f := someFilter(rng, model)
				want := listOf(model, f)
				require.Equal(t, want, all(t, s, f), "seed %d: %+v", seed, f)
				require.Equal(t, want, all(t, other, f), "seed %d, another replica: %+v", seed, f)
			}
			end()
		}
		stop()
	}
}

// follower is a replica that follows, once its index knows everything.
func follower(t *testing.T, fake *fakestore.Store) (*Store, func()) {
	t.Helper()
	s := store(fake, "b", nobody)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.book.Run(ctx); close(ended) }()
	require.Eventually(t, func() bool {
		_, _, err := s.List(t.Context(), order.Filter{Attention: order.AttentionStock, Limit: 1})
		return err == nil
	}, 5*time.Second, time.Millisecond)
	return s, func() { cancel(); <-ended }
}

func someFilter(rng *rand.Rand, model []order.Order) order.Filter {
	f := order.Filter{Limit: 1 + rng.IntN(60)}
	statuses := []order.Status{order.Pending, order.Confirmed, order.Paid, order.Shipped, order.Delivered, order.Cancelled, order.Expired}
	for range rng.IntN(3) {
		f.Statuses = append(f.Statuses, statuses[rng.IntN(len(statuses))])
	}
	sometime := func() time.Time { return model[rng.IntN(len(model))].CreatedAt() }
	switch rng.IntN(6) {
	case 0:
		f.Attention = order.AttentionStock
	case 1:
		f.CustomerID = "c1"
	case 2:
		f.From = sometime()
	case 3:
		f.To = sometime()
	case 4:
		f.From, f.To = sometime(), sometime()
	default:
	}
	return f
}

// listOf is the list of a filter by the orders themselves.
func listOf(model []order.Order, f order.Filter) (ids []string) {
	for _, o := range slices.Backward(model) {
		if f.Wants(o) {
			ids = append(ids, o.ID())
		}
	}
	return byTime(model, ids)
}

// byTime sorts as lists do: newest first. Orders of one instant are in the order of
// their ids, which is here that of their creation.
func byTime(model []order.Order, ids []string) []string {
	at := map[string]time.Time{}
	for _, o := range model {
		at[o.ID()] = o.CreatedAt()
	}
	slices.SortStableFunc(ids, func(a, b string) int { return at[b].Compare(at[a]) })
	return ids
}

// TestACursorIsOfOneList wants a cursor refused by any other list, and nothing bad of a
// forged one.
func TestACursorIsOfOneList(t *testing.T) {
	s := store(&fakestore.Store{}, "a", nobody)
	for i := range 20 {
		require.NoError(t, create(t, s, confirmed(t, fmt.Sprint("o", i), "c1", noon.Add(time.Duration(i)*time.Minute))))
	}
	filters := []order.Filter{{}, {CustomerID: "c1"}, {Statuses: []order.Status{order.Confirmed}}, {CustomerID: "c1", Statuses: []order.Status{order.Confirmed}},
		{Statuses: []order.Status{order.Confirmed, order.Paid}}, {To: noon.Add(time.Hour)}, {From: noon, To: noon.Add(time.Hour)}, {From: noon}}
	for i, f := range filters {
		f.Limit = 5
		_, next, err := s.List(t.Context(), f)
		require.NoError(t, err)
		require.NotEmpty(t, next, "%+v", f)
		for j, other := range filters {
			other.Limit, other.Cursor = 7, next
			_, _, err := s.List(t.Context(), other)
			if i == j {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, order.ErrCursor, "%+v with the cursor of %+v", other, f)
			}
		}
	}
}

func FuzzCursor(f *testing.F) {
	s := store(&fakestore.Store{}, "a", nobody)
	t := &testing.T{}
	for i := range 5 {
		o := confirmed(t, fmt.Sprint("o", i), "c1", noon.Add(time.Duration(i)*time.Minute))
		if err := s.Create(f.Context(), []order.New{{Ctx: f.Context(), Order: o}})[0]; err != nil {
			f.Fatal(err)
		}
	}
	filters := []order.Filter{{Limit: 3}, {Limit: 3, CustomerID: "c1"}, {Limit: 3, Statuses: []order.Status{order.Confirmed}}}
	for _, seed := range []string{"7", "-1", "1e9", "99999999999999999999", "9223372036854775807.o1", "0.", "1769860800000000000.o3", ".", ""} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, place string, raw bool) {
		for _, f := range filters {
			if f.Cursor = place; !raw {
				f.Cursor = base64.RawURLEncoding.EncodeToString([]byte("o2:" + digest(f) + ":" + place))
			}
			page, _, err := s.List(t.Context(), f)
			if err != nil && !strings.Contains(err.Error(), order.ErrCursor.Error()) {
				t.Fatalf("%q: %v", f.Cursor, err)
			}
			if len(page) > f.Limit {
				t.Fatalf("%q: a page of %d", f.Cursor, len(page))
			}
		}
	})
}
