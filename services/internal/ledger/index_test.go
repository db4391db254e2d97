package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/ledger"
	"orderly/services/internal/problem"
	"orderly/services/internal/sidecar"
)

var epoch = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// parity marks a document at a time that its key says, as even or odd.
func parity(key string, value any) []ledger.Mark {
	var second int
	if n, ok := value.(int); ok {
		if _, err := fmt.Sscanf(key, "k%d", &second); err != nil {
			return nil
		}
		return []ledger.Mark{{Index: "parity", ID: key, At: epoch.Add(time.Duration(second*second) * time.Second), Label: []string{"even", "odd"}[n%2]}}
	}
	return nil
}

var parities = ledger.Derived{Codec: numbers{}, Marks: parity}

// indexing is a book with an index, at a clock of its own.
func (w *world) indexing(replica string, now func() time.Time, log *slog.Logger) *ledger.Book {
	return ledger.Open(ledger.Options{Store: &w.store, Codec: numbers{}, Marks: parity, Replica: replica, Publish: w.publish, Now: now, Log: log})
}

// odd searches page by page.
func odd(t *testing.T, b *ledger.Book, limit int) (ids []string) {
	t.Helper()
	s := ledger.Search{Index: "parity", Want: func(label string) bool { return label == "odd" }, Limit: limit}
	for pages := 0; ; pages++ {
		require.Less(t, pages, 1000)
		found, next, err := b.Search(t.Context(), s)
		require.NoError(t, err)
		for _, m := range found {
			ids = append(ids, m.ID)
		}
		if s.After = next; next == (ledger.Place{}) {
			return ids
		}
	}
}

// TestAnIndexIsWhatTheDocumentsSay has two replicas change documents, lead in turn, write nodes when it is time, fail and
// begin anew; each finds what the documents say, and so does a rebuild.
func TestAnIndexIsWhatTheDocumentsSay(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 7))
		w, at := &world{}, epoch
		w.store.Partial = seed%2 == 1
		now := func() time.Time { return at }
		quiet := slog.New(slog.DiscardHandler)
		failing := 0
		w.store.Fault = func(call string, keys []string) error {
			if nodes := slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, "index") }); nodes && call != "get" && rng.IntN(10) < failing {
				return errors.New("no")
			}
			return nil
		}
		books := []*ledger.Book{w.indexing("a", now, quiet), w.indexing("b", now, quiet)}
		truth := map[string]int{}
		for range 120 {
			key := fmt.Sprintf("k%d", rng.IntN(60))
			i := rng.IntN(2)
			switch rng.IntN(12) {
			case 0:
				at = at.Add(time.Duration(rng.IntN(40)) * time.Second)
			case 1, 2:
				failing = rng.IntN(5)
				_ = books[i].Round(t.Context())
				failing = 0
			case 3:
				books[i] = w.indexing([]string{"a", "b"}[i], now, quiet)
			default:
				require.NoError(t, books[i].Change(t.Context(), add(key)))
				truth[key]++
			}
			if rng.IntN(6) == 0 {
				require.Equal(t, oddOf(truth), odd(t, books[rng.IntN(2)], 1+rng.IntN(70)), "seed %d", seed)
			}
		}
		at = at.Add(time.Minute)
		require.NoError(t, books[0].Round(t.Context()))
		require.NoError(t, books[0].Drain(t.Context()))
		found, err := ledger.Rebuild(t.Context(), &w.store, parities, time.Time{}, func(int64) {})
		require.NoError(t, err)
		assert.Empty(t, found.Wrong, "seed %d", seed)
		assert.Zero(t, found.Late, "seed %d", seed)
		require.Equal(t, oddOf(truth), odd(t, w.indexing("c", now, quiet), 7), "seed %d, read from the store alone", seed)
	}
}

func oddOf(truth map[string]int) (ids []string) {
	for second := 60; second >= 0; second-- {
		if key := fmt.Sprintf("k%d", second); truth[key]%2 == 1 {
			ids = append(ids, key)
		}
	}
	return ids
}

// TestAnIndexIncludesWhatWasStoredBefore opens a store that an earlier version wrote: the index is built from its
// commits, a search says so meanwhile, and who is ended on the way is followed by one who goes on.
func TestAnIndexIncludesWhatWasStoredBefore(t *testing.T) {
	w := &world{}
	before, stop := w.running(t, "a") // without an index
	require.Eventually(t, before.Leads, 5*time.Second, time.Millisecond)
	truth := map[string]int{}
	for i := range 2500 {
		key := fmt.Sprintf("k%d", i%50)
		require.NoError(t, before.Change(t.Context(), add(key)))
		truth[key]++
	}
	require.NoError(t, before.Change(t.Context(), add("k3")))
	truth["k3"]++
	stop()
	require.NoError(t, before.Drain(t.Context()))

	var inVain atomic.Int64
	w.store.Fault = func(call string, keys []string) error {
		switch {
		case call != "get":
		case len(keys) == 0:
			inVain.Add(1)
		case len(keys) > 4 && strings.HasPrefix(keys[0], "log:"):
			return errors.New("larger than a message")
		}
		return nil
	}
	b := w.indexing("a", time.Now, slog.New(slog.DiscardHandler))
	_, _, err := b.Search(t.Context(), ledger.Search{Index: "parity", Want: func(string) bool { return true }, Limit: 1})
	p, ok := errors.AsType[*problem.Problem](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "index-behind", p.Code)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { b.Run(ctx); close(done) }()
	require.Eventually(t, func() bool {
		found, _, err := b.Search(t.Context(), ledger.Search{Index: "parity", Want: func(l string) bool { return l == "odd" }, Limit: 5})
		return err == nil && len(found) == len(oddOf(truth))
	}, 10*time.Second, 10*time.Millisecond)
	cancel()
	<-done
	require.NoError(t, b.Drain(t.Context()))
	assert.Equal(t, oddOf(truth), odd(t, w.indexing("b", time.Now, slog.New(slog.DiscardHandler)), 3))
	assert.Zero(t, inVain.Load(), "reads of nothing")
}

func TestRebuildFindsAndMendsNodes(t *testing.T) {
	w := &world{}
	b := w.indexing("a", time.Now, slog.New(slog.DiscardHandler))
	require.NoError(t, b.Round(t.Context()))
	truth := map[string]int{}
	for i := range 100 {
		key := fmt.Sprintf("k%d", i%40)
		require.NoError(t, b.Change(t.Context(), add(key)))
		truth[key]++
	}
	require.NoError(t, b.Drain(t.Context()))
	rebuild := func() ledger.Rebuilt {
		found, err := ledger.Rebuild(t.Context(), &w.store, parities, time.Time{}, func(int64) {})
		require.NoError(t, err)
		return found
	}
	assert.Empty(t, rebuild().Wrong)
	spoilt := 0
	for key, doc := range w.store.Docs() {
		if strings.HasPrefix(key, "index:parity:") && (strings.HasPrefix(key, "index:parity:3") || spoilt < 2) {
			spoilt++
			value := []byte(`{"n":100,"labels":[]}`)
			if spoilt == 2 {
				value = []byte(`{"n":100,"labels":["odd"],"is":[4]}`)
			}
			require.NoError(t, w.store.Apply(t.Context(), sidecar.Replace(doc, value)))
		}
	}
	assert.Len(t, rebuild().Wrong, spoilt)
	assert.Empty(t, rebuild().Wrong)
	assert.Equal(t, oddOf(truth), odd(t, w.indexing("b", time.Now, slog.New(slog.DiscardHandler)), 3))
}
