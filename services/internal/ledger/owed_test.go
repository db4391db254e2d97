package ledger

import (
	"log/slog"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"orderly/services/internal/fakestore"
)

// owing returns a replica that keeps house and has so many documents to write, into the store it returns.
func owing(n int) (*Book, *fakestore.Store) {
	store := &fakestore.Store{}
	b := Open(Options{Store: store, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	b.m.atomic = true
	b.leads.Store(true)
	for i := range n {
		b.m.soon = append(b.m.soon, chore{&cell{key: strconv.Itoa(i), body: []byte("1"), pos: 1, from: 1, stored: none}, time.Now()})
	}
	return b, store
}

func TestAPageWaitsUntilNotTooMuchIsOwed(t *testing.T) {
	b, store := owing(mostOwed + 500)
	b.payBack(t.Context())
	assert.LessOrEqual(t, b.m.owed(), mostOwed)
	assert.Greater(t, len(store.Docs()), 500, "what is not owed any more was written")

	b.payBack(t.Context())
	assert.Greater(t, b.m.owed(), mostOwed*9/10, "nor more than that")
}

func TestWhoFollowsDoesNotWait(t *testing.T) {
	b, store := owing(mostOwed + 500)
	b.leads.Store(false)
	b.payBack(t.Context())
	assert.Equal(t, mostOwed+500, b.m.owed())
	assert.Empty(t, store.Docs())
}

func TestAPageWaitsForWhatIsBeingRead(t *testing.T) {
	for _, c := range []struct {
		name       string
		read, want time.Duration
	}{{"in time", patience / 2, patience/2 + rest}, {"too late", 2 * patience, patience}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _ := owing(mostOwed + 500)
				b.m.late, b.m.soon = b.m.soon, nil // must be read first
				time.AfterFunc(c.read, func() {
					b.m.mu.Lock()
					defer b.m.mu.Unlock()
					b.m.late = b.m.late[:mostOwed]
				})
				began := time.Now()
				b.payBack(t.Context())
				assert.LessOrEqual(t, time.Since(began), c.want)
				assert.GreaterOrEqual(t, time.Since(began), min(c.read, patience))
			})
		})
	}
}
