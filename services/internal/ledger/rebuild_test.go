package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

func TestRebuildFindsAndMendsWhatDiffers(t *testing.T) {
	w := &world{}
	b, stop := w.running(t, "a")
	require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
	for i := range 200 {
		require.NoError(t, b.Change(t.Context(), add(fmt.Sprintf("k%d", i%10))))
	}
	stop()
	require.NoError(t, b.Drain(t.Context()))
	rebuild := func() ledger.Rebuilt {
		found, err := ledger.Rebuild(t.Context(), &w.store, ledger.Derived{}, time.Time{}, func(int64) {})
		require.NoError(t, err)
		return found
	}
	found := rebuild()
	assert.Empty(t, found.Wrong)
	assert.Equal(t, 10, found.Documents)
	assert.Equal(t, 1, found.Lists)

	require.NoError(t, w.store.Apply(t.Context(), sidecar.Put("doc:k3", []byte(`{"n":1,"d":77}`)),
		sidecar.Put("part:1:all", []byte(`[]`)), sidecar.Put("list:all", []byte(`{}`))))
	assert.Equal(t, []string{"doc:k3 was otherwise", "list:all was otherwise", "part:1:all was otherwise"}, rebuild().Wrong)
	assert.Empty(t, rebuild().Wrong)
	assert.Equal(t, 20, value(t, w.open("b"), "k3"))
}

// After the loss of a broker, events since some time are published again, with the ids they had, and none before.
func TestRebuildPublishesAgain(t *testing.T) {
	w := &world{}
	write := func(replica string, from, to int) {
		b, stop := w.running(t, replica)
		require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
		for i := from; i < to; i++ {
			require.NoError(t, b.Change(t.Context(), add(fmt.Sprintf("k%d", i))))
		}
		require.Eventually(t, func() bool { return len(w.told()) == to }, 5*time.Second, time.Millisecond)
		stop()
		require.NoError(t, b.Drain(t.Context()))
	}
	write("a", 0, 10)
	between := time.Now()
	time.Sleep(2 * time.Millisecond)
	write("a", 10, 30)
	before := w.told()

	found, err := ledger.Rebuild(t.Context(), &w.store, ledger.Derived{}, between, func(int64) {})
	require.NoError(t, err)
	assert.Equal(t, 20, found.Again)
	_, stop := w.running(t, "b")
	defer stop()
	require.Eventually(t, func() bool { return len(w.told()) == 50 }, 5*time.Second, time.Millisecond)
	assert.Equal(t, append(before, before[10:]...), w.told())
}
