package journal_test

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
	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func appendN(t *testing.T, b *journal.Book, list string, from, n int) {
	t.Helper()
	for i := range n {
		require.NoError(t, b.Commit(t.Context(), nil, journal.Append{List: list, Entries: []journal.Entry{{ID: fmt.Sprint(from + i), At: noon}}}))
	}
}

func TestAListReadsTheSameForwardsAndBackwards(t *testing.T) {
	b := journal.NewBook(&fakestore.Store{})
	const n = 233 // several pages and a part of one
	appendN(t, b, "l", 0, n)
	for _, from := range []int64{0, 1, 49, 50, 51, 199, 200, 232, 233, 500} {
		for _, limit := range []int{1, 49, 50, 51, 1000} {
			got, err := b.Read(t.Context(), "l", from, limit)
			require.NoError(t, err)
			require.Len(t, got, max(0, min(limit, n-int(from))))
			for i, e := range got {
				require.Equal(t, from+int64(i), e.Pos)
				require.Equal(t, fmt.Sprint(e.Pos), e.ID)
			}
		}
		next := min(from, n) - 1
		require.NoError(t, b.Back(t.Context(), "l", from, func(e journal.Entry) (bool, error) {
			require.Equal(t, next, e.Pos)
			require.Equal(t, fmt.Sprint(e.Pos), e.ID)
			next--
			return true, nil
		}))
		require.EqualValues(t, -1, next)
	}
}

func TestAListMayBeNamedLikeAPageOfAnother(t *testing.T) {
	b := journal.NewBook(&fakestore.Store{})
	appendN(t, b, "l:0", 0, 3)
	appendN(t, b, "l", 0, 120)
	for list, want := range map[string]int{"l:0": 3, "l": 120} {
		got, err := b.Read(t.Context(), list, 0, 1000)
		require.NoError(t, err)
		assert.Len(t, got, want)
	}
}

func TestAnEntryExistsExactlyWhenItsDocumentDoes(t *testing.T) {
	b := journal.NewBook(&fakestore.Store{})
	entry := journal.Append{List: "l", Entries: []journal.Entry{{ID: "a", At: noon}}}
	require.NoError(t, b.Commit(t.Context(), []sidecar.Op{sidecar.Create("doc", []byte("1"))}, entry))
	require.ErrorIs(t, b.Commit(t.Context(), []sidecar.Op{sidecar.Create("doc", []byte("2"))}, entry), sidecar.ErrConflict)
	end, err := b.End(t.Context(), "l")
	require.NoError(t, err)
	assert.EqualValues(t, 1, end)
}

func TestTwoWritersLoseNothing(t *testing.T) {
	store := &fakestore.Store{}
	var wg sync.WaitGroup
	for w := range 2 {
		b := journal.NewBook(store)
		for i := range 100 {
			wg.Go(func() {
				entry := journal.Append{List: "l", Entries: []journal.Entry{{ID: fmt.Sprintf("%d.%d", w, i), At: noon}}}
				for {
					err := b.Commit(t.Context(), nil, entry)
					if err == nil {
						return
					}
					if !assert.ErrorIs(t, err, sidecar.ErrConflict) {
						return
					}
				}
			})
		}
	}
	wg.Wait()
	got, err := journal.NewBook(store).Read(t.Context(), "l", 0, 1000)
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, e := range got {
		seen[e.ID] = true
	}
	assert.Len(t, got, 200)
	assert.Len(t, seen, 200)
}

// TestALateCommitHarmsNobody has many writers of few documents, who see old
// ones: each commit that succeeded is there once, no other is.
func TestALateCommitHarmsNobody(t *testing.T) {
	store := &fakestore.Store{}
	b := journal.NewBook(store)
	var wg sync.WaitGroup
	var mu sync.Mutex
	succeeded := map[string]bool{}
	for w := range 64 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(w), 7))
			for i := range 20 {
				key, id := fmt.Sprint("doc", rnd.IntN(8)), fmt.Sprintf("%d.%d", w, i)
				doc, err := store.Get(t.Context(), key)
				if !assert.NoError(t, err) {
					return
				}
				err = b.Commit(t.Context(), []sidecar.Op{sidecar.Replace(doc, []byte(id))}, journal.Append{List: key, Entries: []journal.Entry{{ID: id, At: noon}}})
				if err == nil {
					mu.Lock()
					succeeded[id] = true
					mu.Unlock()
				} else if !assert.ErrorIs(t, err, sidecar.ErrConflict) {
					return
				}
			}
		})
	}
	wg.Wait()
	found := map[string]bool{}
	for k := range 8 {
		key := fmt.Sprint("doc", k)
		entries, err := b.Read(t.Context(), key, 0, 10000)
		require.NoError(t, err)
		for _, e := range entries {
			require.False(t, found[e.ID], "twice")
			found[e.ID] = true
		}
		doc, err := store.Get(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, entries[len(entries)-1].ID, string(doc.Value), "the last entry is of the last write")
	}
	assert.Equal(t, succeeded, found)
	assert.Greater(t, len(succeeded), 64)
}

func eventOf(subject string, seq int64) *event.Event {
	return &event.Event{ID: fmt.Sprintf("%s.%d", subject, seq), Subject: subject, Sequence: event.Sequence(seq)}
}

func TestTheRelayPublishesEachSubjectInOrderAndForgetsNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	b := journal.NewBook(&fakestore.Store{})
	want := map[string]int64{}
	for range 300 {
		subject := fmt.Sprint("s", rnd.IntN(7))
		want[subject]++
		require.NoError(t, b.Commit(t.Context(), nil, journal.Append{List: "l", Entries: []journal.Entry{
			{ID: subject, At: noon, Topic: "t", Event: eventOf(subject, want[subject])}}}))
	}
	got := map[string]int64{}
	relay := journal.Relay{Book: b, List: "l", Log: slog.New(slog.DiscardHandler),
		Publish: func(_ context.Context, _ string, events []event.Event) error {
			inBatch := map[string]bool{}
			for _, e := range events {
				require.False(t, inBatch[e.Subject], "a subject twice in one publish: the broker may swap them")
				inBatch[e.Subject] = true
			}
			if rnd.IntN(3) == 0 {
				return errors.New("broker is gone")
			}
			for _, e := range events {
				require.LessOrEqual(t, int64(e.Sequence), got[e.Subject]+1, "a gap")
				got[e.Subject] = max(got[e.Subject], int64(e.Sequence))
			}
			return nil
		}}
	for range 2000 {
		if relay.Drain(t.Context()) == nil {
			break
		}
	}
	assert.Equal(t, want, got)
}

func TestDueWorkStaysDueUntilItIsSettled(t *testing.T) {
	store := &fakestore.Store{}
	b := journal.NewBook(store)
	at := func(s int) *time.Time { d := noon.Add(time.Duration(s) * time.Second); return &d }
	put := func(id string, due *time.Time) {
		require.NoError(t, b.Commit(t.Context(), nil, journal.Append{List: "l", Entries: []journal.Entry{{ID: id, At: noon, Due: due}}}))
	}
	take := func(d *journal.Due, now int) []string {
		ids, err := d.Take(t.Context(), *at(now), 100)
		require.NoError(t, err)
		return ids
	}
	d := journal.NewDue(b, "l")
	put("late", at(20))
	put("soon", at(10))
	assert.Empty(t, take(d, 9))
	assert.Equal(t, []string{"soon"}, take(d, 10))
	assert.Equal(t, []string{"soon", "late"}, take(d, 20), "the longest due first")
	put("soon", at(30))
	assert.Equal(t, []string{"late"}, take(d, 20), "its newest entry counts")
	put("late", nil)
	for i := range 200 {
		put(fmt.Sprint("done", i), nil)
	}
	assert.Equal(t, []string{"soon"}, take(d, 30))
	assert.Equal(t, []string{"soon"}, take(journal.NewDue(journal.NewBook(store), "l"), 30), "a restart knows it too")
	put("soon", nil)
	assert.Empty(t, take(d, 30))
}
