package ledger_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

func TestByTime(t *testing.T) {
	id := uuid.Must(uuid.NewV7()).String()
	assert.Equal(t, id[:12], ledger.ByTime(id))
	for _, other := range []string{"", "x", uuid.NewString(), strings.ReplaceAll(id, "-", "_"), id + "x"} {
		assert.Empty(t, ledger.ByTime(other), other)
	}
}

// grouping opens a book whose documents belong together by their first letter.
func (w *world) grouping(t *testing.T, replica string) (*ledger.Book, func()) {
	t.Helper()
	b := ledger.Open(ledger.Options{Store: &w.store, Codec: numbers{}, Replica: replica, Publish: w.publish,
		Group: byLetter, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { b.Run(ctx); close(done) }()
	return b, func() { cancel(); <-done }
}

func byLetter(key string) string { return key[:1] }

func TestNewDocumentsAreWrittenTogetherAndChangedOnesAlone(t *testing.T) {
	for _, partial := range []bool{false, true} {
		w := &world{}
		w.store.Partial = partial
		b, stop := w.grouping(t, "a")
		require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
		for i := range 40 {
			require.NoError(t, b.Change(t.Context(), add(fmt.Sprintf("k%d", i))))
		}
		stop()
		require.NoError(t, b.Drain(t.Context()))
		docs := w.store.Docs()
		require.True(t, docs["group:k"].Found())
		for key := range docs {
			require.False(t, strings.HasPrefix(key, "doc:"), key)
		}
		b, stop = w.grouping(t, "a")
		require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
		assert.Equal(t, 1, value(t, b, "k7"))
		require.NoError(t, b.Change(t.Context(), add("k7")))  // changes
		require.NoError(t, b.Change(t.Context(), add("k77"))) // comes late
		stop()
		require.NoError(t, b.Drain(t.Context()))
		require.True(t, w.store.Docs()["doc:k7"].Found())
		require.True(t, w.store.Docs()["doc:k77"].Found())

		kept := &world{} // without any page
		for key, doc := range w.store.Docs() {
			if !strings.HasPrefix(key, "log:") {
				require.NoError(t, kept.store.Apply(t.Context(), sidecar.Put(key, doc.Value)))
			}
		}
		b, stop = kept.grouping(t, "b")
		for key, want := range map[string]int{"k6": 1, "k7": 2, "k77": 1, "k8": 1, "k78": 0} {
			assert.Equal(t, want, value(t, b, key), key)
		}
		stop()
		found, err := ledger.Rebuild(t.Context(), &w.store, ledger.Derived{Group: byLetter}, time.Time{}, func(int64) {})
		require.NoError(t, err)
		assert.Empty(t, found.Wrong)
		assert.Zero(t, found.Late)
	}
}

// Documents of a group that are read one after the other have it read once.
func TestAGroupIsReadOnce(t *testing.T) {
	w := &world{}
	b, stop := w.grouping(t, "a")
	require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
	for i := range 40 {
		require.NoError(t, b.Change(t.Context(), add(fmt.Sprintf("k%d", i))))
	}
	stop()
	require.NoError(t, b.Drain(t.Context()))
	var mu sync.Mutex
	reads := 0
	w.store.Fault = func(_ string, keys []string) error {
		mu.Lock()
		defer mu.Unlock()
		if slices.Contains(keys, "group:k") {
			reads++
		}
		return nil
	}
	b, stop = w.grouping(t, "a")
	defer stop()
	for i := range 40 {
		assert.Equal(t, 1, value(t, b, fmt.Sprintf("k%d", i)))
	}
	mu.Lock()
	defer mu.Unlock()
	assert.LessOrEqual(t, reads, 2) // a call is told of before and after
}
