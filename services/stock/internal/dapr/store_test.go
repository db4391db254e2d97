package dapr

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/journal"
	"orderly/services/stock/internal/stock"
)

var ctx = context.Background()

// service returns a service on a store of its own; services on one fake are
// replicas.
func service(fake *fakestore.Store) (*stock.Service, *journal.Book) {
	book := journal.NewBook(fake)
	return stock.NewService(NewStore(fake, book), time.Now), book
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
		_, _, err = s.Receive(ctx, r)
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

// judge checks what is kept: each SKU's ledger, pages included, adds up to its
// counters, and every event was told once and in sequence.
func judge(t testing.TB, s *stock.Service, book *journal.Book, skus ...string) {
	t.Helper()
	for _, sku := range skus {
		levels, err := s.Levels(ctx, sku)
		require.NoError(t, err)
		var ledger []stock.Entry
		for more := true; more; {
			var page []stock.Entry
			page, more, err = s.Ledger(ctx, sku, int64(len(ledger)), 37)
			require.NoError(t, err)
			ledger = append(ledger, page...)
		}
		require.Len(t, ledger, int(levels[0].Version))
		for i, e := range ledger {
			require.Equal(t, int64(i)+1, e.Sequence)
		}
		replayed, err := stock.Replay(ledger)
		require.NoError(t, err)
		require.Equal(t, levels[0].Counters, replayed)
	}
	entries, err := book.Read(ctx, Journal, 0, 1_000_000)
	require.NoError(t, err)
	last := map[string]int64{}
	for _, e := range entries {
		if e.Event != nil {
			last[e.Event.Subject]++
			require.Equal(t, last[e.Event.Subject], int64(e.Event.Sequence), e.Event.ID)
			require.Equal(t, "stock", e.Topic)
		}
	}
}

func TestAHotSKUIsNeverOversold(t *testing.T) {
	fake := &fakestore.Store{}
	var replicas []*stock.Service
	s, book := service(fake)
	other, _ := service(fake)
	replicas = append(replicas, s, other)
	product(t, s, "hot", 40)
	product(t, s, "cold", 1000)
	var held, short atomic.Int64
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			got := replicas[i%2].Hold(ctx, ask(t, fmt.Sprintf("o%d", i), "hot", "cold"))
			for errors.Is(got.Err, stock.ErrBusy) {
				got = replicas[i%2].Hold(ctx, ask(t, fmt.Sprintf("o%d", i), "hot", "cold"))
			}
			if got.Err == nil {
				held.Add(1)
			} else if _, ok := errors.AsType[*stock.OutOfStock](got.Err); assert.True(t, ok, got.Err) {
				short.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(40), held.Load())
	assert.Equal(t, int64(24), short.Load())
	judge(t, s, book, "hot", "cold")
}

// An answer that is lost leaves nobody knowing; asking again gives the first
// answer, and nothing is done twice.
func TestALostAnswerIsFoundAgain(t *testing.T) {
	for _, when := range []string{"apply", "applied"} {
		t.Run(when, func(t *testing.T) {
			fake := &fakestore.Store{}
			s, book := service(fake)
			product(t, s, "pen", 10)
			fail := func() {
				once := true
				fake.Fault = func(call string, _ []string) error {
					if call == when && once {
						once = false
						return errors.New("the connection broke")
					}
					return nil
				}
			}
			fail()
			got := s.Hold(ctx, ask(t, "o1", "pen"))
			require.ErrorIs(t, got.Err, stock.ErrUnavailable)
			got = s.Hold(ctx, ask(t, "o1", "pen"))
			require.NoError(t, got.Err)
			assert.Equal(t, when == "applied", got.Replayed)
			r, err := stock.NewReceipt("pen", 5, "r")
			require.NoError(t, err)
			fail()
			_, _, err = s.Receive(ctx, r)
			require.ErrorIs(t, err, stock.ErrUnavailable)
			level, replayed, err := s.Receive(ctx, r)
			require.NoError(t, err)
			assert.Equal(t, when == "applied", replayed)
			assert.Equal(t, stock.Counters{Received: 15, Available: 14, Reserved: 1}, level.Counters)
			judge(t, s, book, "pen")
		})
	}
}

func TestAConflictIsDecidedAnew(t *testing.T) {
	fake := &fakestore.Store{}
	s, book := service(fake)
	rival, _ := service(fake)
	product(t, s, "pen", 2)
	raced := false
	fake.Fault = func(call string, keys []string) error {
		if call == "apply" && !raced && strings.Contains(strings.Join(keys, " "), "hold:mine") {
			raced = true
			require.NoError(t, rival.Hold(ctx, ask(t, "theirs", "pen")).Err)
			require.NoError(t, rival.Hold(ctx, ask(t, "theirs2", "pen")).Err)
		}
		return nil
	}
	got := s.Hold(ctx, ask(t, "mine", "pen"))
	short, ok := errors.AsType[*stock.OutOfStock](got.Err)
	require.True(t, ok, got.Err)
	assert.Equal(t, int64(0), short.Shortages[0].Available)
	judge(t, s, book, "pen")
}

func TestAnEndlessRaceIsGivenUp(t *testing.T) {
	fake := &fakestore.Store{}
	s, _ := service(fake)
	rival, _ := service(fake)
	product(t, s, "pen", 1000)
	n := 0
	fake.Fault = func(call string, keys []string) error {
		if call == "apply" && strings.Contains(strings.Join(keys, " "), "hold:mine") {
			n++
			require.NoError(t, rival.Hold(ctx, ask(t, fmt.Sprintf("theirs%d", n), "pen")).Err)
		}
		return nil
	}
	assert.ErrorIs(t, s.Hold(ctx, ask(t, "mine", "pen")).Err, stock.ErrBusy)
	assert.Equal(t, tries, n)
}

func TestRandomWorkOfReplicas(t *testing.T) {
	for seed := range uint64(15) {
		fake := &fakestore.Store{}
		s, book := service(fake)
		rival, _ := service(fake)
		skus := []string{"a", "b", "c"}
		for _, sku := range skus {
			product(t, s, sku, 5)
		}
		var wg sync.WaitGroup
		for worker, mine := range []*stock.Service{s, rival, s, rival} {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(worker)))
				for range 60 {
					id := fmt.Sprintf("o%d", r.IntN(20))
					switch r.IntN(5) {
					case 0, 1:
						from := r.IntN(3)
						mine.Hold(ctx, ask(t, id, skus[from:from+1+r.IntN(3-from)]...))
					case 2:
						_, _ = mine.Commit(ctx, id)
					case 3:
						_, _ = mine.Release(ctx, id)
					case 4:
						_, _ = mine.GiveBack(ctx, id, "cancelled")
					}
				}
			})
		}
		wg.Wait()
		judge(t, s, book, skus...)
	}
}

func TestWhatIsDueIsFoundAfterARestart(t *testing.T) {
	fake := &fakestore.Store{}
	s, _ := service(fake)
	product(t, s, "pen", 10)
	for _, id := range []string{"a", "b", "c"} {
		require.NoError(t, s.Hold(ctx, ask(t, id, "pen")).Err)
	}
	_, err := s.Commit(ctx, "b")
	require.NoError(t, err)
	later := stock.NewService(NewStore(fake, journal.NewBook(fake)), func() time.Time { return time.Now().Add(time.Hour) })
	lapsed, err := later.Sweep(ctx)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"a", "c"}, lapsed)
	lapsed, err = later.Sweep(ctx)
	require.NoError(t, err)
	assert.Empty(t, lapsed)
}

func TestReplicasListEachOthersProducts(t *testing.T) {
	fake := &fakestore.Store{}
	s, _ := service(fake)
	other, _ := service(fake)
	product(t, s, "b", 0)
	list := func(s *stock.Service) (skus []string) {
		found, _, err := s.Products(ctx, "", "", 100)
		require.NoError(t, err)
		for _, p := range found {
			skus = append(skus, p.SKU())
		}
		return skus
	}
	assert.Equal(t, []string{"b"}, list(other))
	product(t, other, "a", 0)
	product(t, s, "c", 0)
	require.NoError(t, s.Remove(ctx, "b"))
	assert.Equal(t, []string{"a", "c"}, list(s))
	assert.Equal(t, []string{"a", "c"}, list(other))
}

func TestEventsOfOneCommitArePublishedTogether(t *testing.T) {
	at := time.Now()
	var events []stock.Event
	for _, sku := range []string{"a", "b", "c"} {
		for n := range int64(2) {
			events = append(events, stock.Event{Type: stock.TypeReceived, Subject: sku, Sequence: n + 1, At: at})
		}
	}
	entries, err := tell(ctx, events)
	require.NoError(t, err)
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.Event.ID)
	}
	assert.Equal(t, []string{"a.1", "b.1", "c.1", "a.2", "b.2", "c.2"}, ids)
}
