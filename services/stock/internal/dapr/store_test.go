package dapr

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"orderly/services/internal/fakestore"
	"orderly/services/stock/internal/stock"
)

// The events of a decision carry the trace of the request it was made for.
func TestEventsOfABatchHaveTheirOwnTraces(t *testing.T) {
	was := otel.GetTextMapPropagator()
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() { otel.SetTextMapPropagator(was) })
	fake := &fakestore.Store{}
	s := service(fake, "a")
	product(t, s, "pen", 1)
	product(t, s, "book", 1)
	traces := []string{"00-11111111111111111111111111111111-1111111111111111-01", "00-22222222222222222222222222222222-2222222222222222-01"}
	s.HoldAll(ctx, []stock.Ask{ask(t, "1", "pen").Of(traces[0]), ask(t, "2", "book").Of(traces[1])})
	var pages string
	for key, doc := range fake.Docs() {
		if strings.HasPrefix(key, "log:") {
			pages += string(doc.Value)
		}
	}
	for i, sku := range []string{"pen", "book"} {
		assert.Regexp(t, `"type":"stock.out.v1","subject":"`+sku+`"[^{}]*"traceparent":"`+traces[i][:35], pages)
	}
}

// One of a batch that fails takes nobody with it, and each sees what those
// before it did.
func TestABatchDecidesInItsOrder(t *testing.T) {
	fake := &fakestore.Store{}
	s := service(fake, "a")
	product(t, s, "pen", 3)
	product(t, s, "book", 1)
	got := s.HoldAll(ctx, []stock.Ask{ask(t, "1", "pen", "book"), ask(t, "2", "pen", "book"), ask(t, "3", "dodo"), ask(t, "4", "pen"), ask(t, "1", "pen"), ask(t, "5", "pen"), ask(t, "6", "pen")})
	var said []string
	for _, h := range got {
		switch {
		case h.Err != nil:
			said = append(said, "no")
		case h.Replayed:
			said = append(said, "again")
		default:
			said = append(said, "yes")
		}
	}
	assert.Equal(t, []string{"yes", "no", "no", "yes", "again", "yes", "no"}, said)
	judge(t, fake, "pen", "book")
}

func TestWhatIsDueIsFoundAfterARestart(t *testing.T) {
	fake := &fakestore.Store{}
	s := service(fake, "a")
	product(t, s, "pen", 10)
	for _, id := range []string{"a", "b", "c"} {
		require.NoError(t, s.Hold(ctx, ask(t, id, "pen")).Err)
	}
	_, err := s.Commit(ctx, "b")
	require.NoError(t, err)
	later, book := replica(fake, "a", func() time.Time { return time.Now().Add(time.Hour) }, (&told{}).publish)
	running(t, book)
	lapsed, err := later.Sweep(ctx)
	require.NoError(t, err)
	assert.Equal(t, map[string]stock.Outcome{"a": stock.HasLapsed, "c": stock.HasLapsed}, lapsed)
	lapsed, err = later.Sweep(ctx)
	require.NoError(t, err)
	assert.Empty(t, lapsed)
}

func TestReplicasListEachOthersProducts(t *testing.T) {
	fake := &fakestore.Store{}
	s, other := service(fake, "a"), service(fake, "b")
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
	product(t, s, "b", 0)
	assert.Equal(t, []string{"a", "b", "c"}, list(other), "what comes back is listed once")
}

// The ledger is whole while its newest entries are in memory only, and after
// they were written.
func TestALedgerIsReadWhereverItIs(t *testing.T) {
	fake := &fakestore.Store{}
	s, book := replica(fake, "a", time.Now, (&told{}).publish)
	product(t, s, "pen", 1000)
	for n := range 3 {
		var asks []stock.Ask
		for i := range 60 {
			asks = append(asks, ask(t, fmt.Sprintf("%d-%d", n, i), "pen"))
		}
		for _, got := range s.HoldAll(ctx, asks) {
			require.NoError(t, got.Err)
		}
		addsUp(t, s, "pen")
		addsUp(t, service(fake, "b"), "pen")
		entries, _, err := s.Ledger(ctx, "pen", int64(n*60), 60)
		require.NoError(t, err)
		assert.Len(t, entries, 60)
		assert.Equal(t, fmt.Sprintf("%d-58", n), entries[59].OrderID)
		if n < 2 {
			running(t, book)()
			require.NoError(t, book.Drain(ctx))
		}
	}
}
