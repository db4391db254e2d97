package dapr

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/settings"
	"orderly/services/stock/internal/stock"
	"orderly/services/stock/internal/stocktest"
)

var ctx = context.Background()

// told is what was published.
type told struct {
	mu     sync.Mutex
	events []event.Event
}

func (w *told) publish(_ context.Context, topic string, events []event.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if topic != "stock" {
		return errors.New("who listens to " + topic + "?")
	}
	w.events = append(w.events, events...)
	return nil
}

// orders says that order b was paid, for more than there is.
var orders = &stocktest.Orders{All: map[string]stock.Order{"b": {Fate: stock.Sold, Status: "paid", Lines: []stock.Line{{SKU: "pen", Quantity: 9, UnitPrice: euros(5)}}}}}

func euros(amount int64) stock.Money {
	m, err := stock.NewMoney(amount, "EUR")
	if err != nil {
		panic(err)
	}
	return m
}

// replica returns a service on a store, and its book; those on one fake are
// replicas of each other.
func replica(fake *fakestore.Store, name string, now func() time.Time, publish func(context.Context, string, []event.Event) error) (*stock.Service, *ledger.Book) {
	book := ledger.Open(ledger.Options{Store: fake, Codec: Codec{}, Replica: name, Publish: publish, Keep: Keep,
		Now: now, Log: slog.New(slog.DiscardHandler)})
	return stock.NewService(NewStore(book, settings.Fixed(100), settings.Fixed(int64(0))), orders, now), book
}

func service(fake *fakestore.Store, name string) *stock.Service {
	s, _ := replica(fake, name, time.Now, (&told{}).publish)
	return s
}

// running has a book keep house until the test ends, or stop is called.
func running(t testing.TB, book *ledger.Book) (stop func()) {
	t.Helper()
	run, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { book.Run(run); close(done) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	require.Eventually(t, book.Leads, 5*time.Second, time.Millisecond)
	return stop
}

func product(t testing.TB, s *stock.Service, sku string, pieces int64) {
	t.Helper()
	price, err := stock.NewMoney(100, "USD")
	require.NoError(t, err)
	d, err := stock.NewDetails("a thing", price, 2, map[string]string{"ink": `"blue"`})
	require.NoError(t, err)
	_, err = s.Create(ctx, sku, d)
	require.NoError(t, err)
	if pieces > 0 {
		r, err := stock.NewReceipt(sku, pieces, "first")
		require.NoError(t, err)
		_, err = s.Receive(ctx, r)
		require.NoError(t, err)
	}
}

func ask(t testing.TB, id string, skus ...string) stock.Ask {
	t.Helper()
	var items []stock.Item
	for _, sku := range skus {
		items = append(items, stock.Item{SKU: sku, Quantity: 1})
	}
	a, err := stock.NewAsk(id, items, time.Minute)
	require.NoError(t, err)
	return a
}

// judge checks what is kept: each SKU's ledger adds up to its counters, and every
// event is told once and in sequence.
func judge(t testing.TB, fake *fakestore.Store, skus ...string) {
	t.Helper()
	var w told
	s, book := replica(fake, "judge", time.Now, w.publish)
	for _, sku := range skus {
		addsUp(t, s, sku)
	}
	running(t, book)()
	require.NoError(t, book.Drain(ctx))
	last := map[string]int64{}
	for _, e := range w.events {
		last[e.Subject]++
		require.Equal(t, last[e.Subject], int64(e.Sequence), e.ID)
	}
}

// addsUp reads the whole ledger of a SKU: it has as many entries as its version
// says, and they make its counters.
func addsUp(t testing.TB, s *stock.Service, sku string) {
	t.Helper()
	levels, err := s.Levels(ctx, sku)
	require.NoError(t, err)
	var all []stock.Entry
	for more := true; more; {
		var page []stock.Entry
		page, more, err = s.Ledger(ctx, sku, int64(len(all)), 37)
		require.NoError(t, err)
		all = append(all, page...)
	}
	require.Len(t, all, int(levels[0].Version))
	for i, e := range all {
		require.Equal(t, int64(i)+1, e.Sequence)
	}
	replayed, err := stock.Replay(all)
	require.NoError(t, err)
	require.Equal(t, levels[0].Counters, replayed)
}
