package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

func TestWhatIsChangedIsThere(t *testing.T) {
	w := &world{}
	b := w.open("a")
	for range 3 {
		require.NoError(t, b.Change(t.Context(), add("x")))
	}
	assert.Equal(t, 3, value(t, b, "x"))
	assert.Equal(t, 3, value(t, w.open("b"), "x"), "another replica reads the pages")
	assert.Equal(t, 0, value(t, b, "y"))
}

func TestAFailedDecisionWritesNothing(t *testing.T) {
	w := &world{}
	b := w.open("a")
	broken := errors.New("no")
	errs := b.ChangeAll(t.Context(), []ledger.Change{add("x"),
		{Decide: func(t *ledger.Txn) error { t.Put("x", 100); t.Append("all", ledger.Entry{ID: "bad"}); return broken }},
		{Decide: func(*ledger.Txn) error { panic("oops") }},
		add("x")})
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], broken)
	require.ErrorContains(t, errs[2], "panic: oops")
	require.NoError(t, errs[3])
	assert.Equal(t, 2, value(t, b, "x"))
	end, err := b.End(t.Context(), "all")
	require.NoError(t, err)
	assert.EqualValues(t, 2, end)
}

// An event whose decision panics is as much poison as one whose handler does so itself.
func TestAnEventWhoseDecisionPanicsComesToAnEnd(t *testing.T) {
	b, dead := new(world).open("a"), ""
	rc := &event.Receiver{
		Handle: func(ctx context.Context, _ event.Event) error {
			return b.Change(ctx, ledger.Change{Decide: func(*ledger.Txn) error { panic("oops") }})
		},
		DeadLetter: func(_ context.Context, _ []byte, reason string) error { dead = reason; return nil },
		Observe:    func(string, string) {}, Log: slog.New(slog.DiscardHandler),
	}
	delivery := `{"entries":[{"entryId":"1","event":{"specversion":"1.0","id":"o.1","source":"/o","type":"t","subject":"o","sequence":1,"data":{}}}]}`
	for range 10 {
		assert.Empty(t, dead)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(delivery))
		require.NoError(t, rc.Bulk(httptest.NewRecorder(), r))
	}
	assert.Contains(t, dead, "oops")
}

func TestADecisionRunsAgainWithWhatItMissed(t *testing.T) {
	w := &world{}
	require.NoError(t, w.open("a").Change(t.Context(), add("x")))
	require.NoError(t, w.open("a").Change(t.Context(), add("y")))
	b, sum := w.open("b"), 0
	require.NoError(t, b.Change(t.Context(), ledger.Change{Decide: func(t *ledger.Txn) error {
		x, _ := t.Get("x").(int)
		y := 0
		if x > 0 {
			y, _ = t.Get("y").(int)
		}
		sum = x + y
		return nil
	}}))
	assert.Equal(t, 2, sum)
}

func TestReplicasDecideInOneOrder(t *testing.T) {
	w := &world{}
	books := []*ledger.Book{w.open("a"), w.open("b"), w.open("c")}
	var wg sync.WaitGroup
	for _, b := range books {
		for range 50 {
			wg.Go(func() { assert.NoError(t, b.Change(t.Context(), add("hot"))) })
		}
	}
	wg.Wait()
	for _, b := range books {
		assert.Equal(t, 150, value(t, b, "hot"))
		all, err := b.Read(t.Context(), "all", 0, 1000)
		require.NoError(t, err)
		require.Len(t, all, 150)
		for i, e := range all {
			assert.Equal(t, fmt.Sprintf("hot.%d", i+1), e.ID)
			assert.EqualValues(t, i, e.Pos)
		}
	}
}

func TestDocumentsAreWrittenLateAndSurviveARestart(t *testing.T) {
	w := &world{}
	b, stop := w.running(t, "a")
	require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
	for i := range 300 {
		require.NoError(t, b.Change(t.Context(), add(fmt.Sprintf("k%d", i%10))))
	}
	stop()
	require.NoError(t, b.Drain(t.Context()))
	docs := w.store.Docs()
	for _, key := range []string{"doc:k3", "list:all", "part:3:all"} {
		require.True(t, docs[key].Found(), key)
	}
	kept := &world{} // only what was drained: it needs no page any more
	for key, doc := range docs {
		if !strings.HasPrefix(key, "log:") {
			require.NoError(t, kept.store.Apply(t.Context(), sidecar.Put(key, doc.Value)))
		}
	}
	b = kept.open("a")
	for i := range 10 {
		assert.Equal(t, 30, value(t, b, fmt.Sprintf("k%d", i)))
	}
	seen := 0
	require.NoError(t, b.Back(t.Context(), "all", -1, func(e ledger.Entry) (bool, error) {
		assert.EqualValues(t, 299-seen, e.Pos)
		assert.Equal(t, fmt.Sprintf("k%d.%d", e.Pos%10, e.Pos/10+1), e.ID)
		seen++
		return true, nil
	}))
	assert.Equal(t, 300, seen)
	assert.Len(t, w.told(), 300)
}

func TestEventsOfASubjectKeepTheirOrder(t *testing.T) {
	w := &world{refuse: errors.New("the broker is away")}
	b, _ := w.running(t, "a")
	var changes []ledger.Change
	for range 20 {
		changes = append(changes, add("x"), add("y"))
	}
	for _, err := range b.ChangeAll(t.Context(), changes) {
		require.NoError(t, err)
	}
	w.mu.Lock()
	w.refuse = nil
	w.mu.Unlock()
	require.Eventually(t, func() bool { return len(w.told()) == 40 }, 5*time.Second, time.Millisecond)
	next := map[string]int{"x": 1, "y": 1}
	for _, id := range w.told() {
		var key string
		var n int
		_, err := fmt.Sscanf(id, "topic/%1s.%d", &key, &n)
		require.NoError(t, err)
		assert.Equal(t, next[key], n, id)
		next[key]++
	}
}

func TestAnUnknownOutcomeIsFoundOut(t *testing.T) {
	for _, when := range []string{"apply", "applied"} {
		w := &world{}
		broken := 3
		w.store.Fault = func(call string, _ []string) error {
			if call == when && broken > 0 {
				broken--
				return errors.New("connection lost")
			}
			return nil
		}
		b := w.open("a")
		require.NoError(t, b.Change(t.Context(), add("x")), when)
		assert.Equal(t, 1, value(t, b, "x"), when)
	}
}

func TestRemindersComeDueUntilSettled(t *testing.T) {
	w := &world{}
	b, stop := w.running(t, "a")
	start := time.Unix(1_000_000, 0)
	due := func(b *ledger.Book) *ledger.Due {
		return ledger.NewDue(b, func(id string) string { return id }, func(_ string, v any) time.Time {
			if n, _ := v.(int); n != 1 {
				return time.Time{} // settled
			}
			return start
		})
	}
	d := due(b)
	for _, key := range []string{"x", "y", "z"} {
		require.NoError(t, b.Change(t.Context(), ledger.Change{Decide: func(t *ledger.Txn) error {
			t.Put(key, 1)
			t.Remind(start, key)
			return nil
		}}))
	}
	require.Eventually(t, b.Leads, 5*time.Second, time.Millisecond)
	take := func(d *ledger.Due, at time.Time) []string {
		ids, err := d.Take(t.Context(), at, 10)
		require.NoError(t, err)
		return ids
	}
	assert.Empty(t, take(d, start.Add(-time.Second)))
	assert.Equal(t, []string{"x", "y", "z"}, take(d, start.Add(2*time.Second)))
	assert.Empty(t, take(d, start.Add(2*time.Second)), "what was handed out has its turn again in the next second")
	require.NoError(t, b.Change(t.Context(), add("y")))
	assert.Equal(t, []string{"x", "z"}, take(d, start.Add(3*time.Second)))
	stop()
	require.NoError(t, b.Drain(t.Context()))

	b, _ = w.running(t, "b")
	require.Eventually(t, b.Leads, 10*time.Second, time.Millisecond)
	assert.Equal(t, []string{"x", "z"}, take(due(b), start.Add(3*time.Second)))
}

// A list that gets much before anything of it can be written has its turn more than once, and is one write all the same.
func TestAListThatGetsMuchAtOnceIsWritten(t *testing.T) {
	for _, partial := range []bool{false, true} {
		t.Run(fmt.Sprint("partial ", partial), func(t *testing.T) {
			w := &world{}
			w.store.Partial = partial
			b := w.open("a")
			grow := func(by int) {
				t.Helper()
				require.NoError(t, b.Change(t.Context(), ledger.Change{Decide: func(x *ledger.Txn) error {
					for i := range by {
						x.Append("all", ledger.Entry{ID: fmt.Sprint(i)})
					}
					return nil
				}}))
			}
			grow(1)
			require.NoError(t, b.Round(t.Context()))
			require.NoError(t, b.Drain(t.Context()))
			for range 5 {
				grow(1000)
			}
			soon, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			require.NoError(t, b.Drain(soon))
			all, err := w.open("b").Read(t.Context(), "all", 4990, 100)
			require.NoError(t, err)
			assert.Len(t, all, 11)
		})
	}
}
