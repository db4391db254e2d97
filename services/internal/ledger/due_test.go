package ledger_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/ledger"
)

// What is due is handed out the longest due first, each id once in a second, whatever was not settled behind what waits;
// what is settled, or put off, is not asked for.
func TestWhatIsDueTakesTurns(t *testing.T) {
	w := &world{}
	b, stop := w.running(t, "a")
	defer stop()
	start := time.Unix(1_000_000, 0)
	d := ledger.NewDue(b, func(id string) string { return id }, func(_ string, v any) time.Time {
		if n, _ := v.(int); n != 1 {
			return time.Time{} // settled
		}
		return start
	})
	const many = 2000
	for i := range many {
		key := fmt.Sprintf("k%04d", i)
		require.NoError(t, b.Change(t.Context(), ledger.Change{Decide: func(t *ledger.Txn) error {
			t.Put(key, 1)
			t.Remind(start.Add(-time.Duration(i%2)*time.Minute), key)
			return nil
		}}))
	}
	require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
	at := start.Add(2 * time.Second)
	take := func(n int) []string {
		t.Helper()
		ids, err := d.Take(t.Context(), at, n)
		require.NoError(t, err)
		return ids
	}
	assert.Equal(t, []string{"k0001", "k0003"}, take(2), "the longest due")
	require.NoError(t, b.Change(t.Context(), add("k0005")))
	assert.Equal(t, []string{"k0007", "k0009"}, take(2), "what was settled by then is not")
	d.Later([]string{"k0007"}, start.Add(time.Minute))
	seen := map[string]bool{}
	for ids := take(300); len(ids) > 0; ids = take(300) {
		for _, id := range ids {
			assert.False(t, seen[id], id)
			seen[id] = true
		}
	}
	assert.Len(t, seen, many-5, "each once")
	at = at.Add(time.Second)
	again := take(many)
	assert.Len(t, again, many-2, "and again in the next second, but for what is settled or put off")
	assert.NotContains(t, again, "k0007")
	at = start.Add(2 * time.Minute)
	assert.Contains(t, take(many), "k0007")
}

func BenchmarkTakeWithManyOpen(b *testing.B) {
	w := &world{}
	book := w.open("a")
	start := time.Unix(1_000_000, 0)
	d := ledger.NewDue(book, func(id string) string { return id }, func(string, any) time.Time { return start })
	var changes []ledger.Change
	for i := range 10_000 {
		changes = append(changes, ledger.Change{Decide: func(t *ledger.Txn) error {
			t.Put(fmt.Sprint(i), 1)
			t.Remind(start, fmt.Sprint(i))
			return nil
		}})
		if len(changes) == 250 {
			for _, err := range book.ChangeAll(b.Context(), changes) {
				require.NoError(b, err)
			}
			changes = nil
		}
	}
	require.NoError(b, book.Round(b.Context()))
	for at := start.Add(time.Second); b.Loop(); at = at.Add(time.Second) {
		ids, err := d.Take(b.Context(), at, 200)
		require.NoError(b, err)
		require.Len(b, ids, 200)
	}
}

// Work of one kind is found however much of another kind waits, and reminders are kept until both were looked at.
func TestKindsOfWorkDoNotWaitForEachOther(t *testing.T) {
	w := &world{}
	b, stop := w.running(t, "a")
	start := time.Unix(1_000_000, 0)
	kind := func(b *ledger.Book, kind int) *ledger.Due {
		return ledger.NewDue(b, func(id string) string { return id }, func(_ string, v any) time.Time {
			if v != kind {
				return time.Time{}
			}
			return start
		})
	}
	slow, quick := kind(b, 1), kind(b, 2)
	var changes []ledger.Change
	for i := range 12_001 { // more than are kept in memory
		changes = append(changes, ledger.Change{Decide: func(t *ledger.Txn) error {
			t.Put(fmt.Sprint(i), 1+i/12_000)
			t.Remind(start.Add(time.Duration(i/12_000)*time.Hour), fmt.Sprint(i))
			return nil
		}})
	}
	for some := range slices.Chunk(changes, 500) {
		for _, err := range b.ChangeAll(t.Context(), some) {
			require.NoError(t, err)
		}
	}
	require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
	take := func(d *ledger.Due) []string {
		ids, err := d.Take(t.Context(), start.Add(2*time.Hour), 3)
		require.NoError(t, err)
		return ids
	}
	assert.Len(t, take(slow), 3)
	var found []string
	for range 2 { // one reads so many seconds
		found = append(found, take(quick)...)
	}
	assert.Equal(t, []string{"12000"}, found)
	require.NoError(t, b.Change(t.Context(), ledger.Change{Keys: []string{"12000"}, Decide: func(t *ledger.Txn) error {
		t.Put("12000", 0)
		return nil
	}}))
	stop()
	require.NoError(t, b.Drain(t.Context()))

	b, _ = w.running(t, "b")
	slow = kind(b, 1)
	require.Eventually(t, b.Leads, 10*time.Second, time.Millisecond)
	assert.Len(t, take(slow), 3, "they are found by another replica")
}
