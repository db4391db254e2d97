package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
)

// numbers is a codec whose documents are numbers.
type numbers struct{}

func (numbers) Decode(_ string, body []byte) (any, error) {
	var n int
	err := json.Unmarshal(body, &n)
	return n, err
}

func (numbers) Encode(_ string, v any) ([]byte, error) { return json.Marshal(v) }

// world is a store, and who works with it.
type world struct {
	store fakestore.Store

	mu        sync.Mutex
	published []string // topic/id
	refuse    error
}

func (w *world) publish(_ context.Context, topic string, events []event.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse != nil {
		return w.refuse
	}
	for _, e := range events {
		w.published = append(w.published, topic+"/"+e.ID)
	}
	return nil
}

func (w *world) told() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.published...)
}

func (w *world) open(replica string) *ledger.Book {
	return ledger.Open(ledger.Options{Store: &w.store, Codec: numbers{}, Replica: replica, Publish: w.publish,
		Now: time.Now, Log: slog.New(slog.DiscardHandler)})
}

// running is a book that keeps house until the test ends, or stop is called.
func (w *world) running(t *testing.T, replica string) (b *ledger.Book, stop func()) {
	t.Helper()
	b = w.open(replica)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { b.Run(ctx); close(done) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return b, stop
}

// add adds one to a document, with a line in a list and an event.
func add(key string) ledger.Change {
	return ledger.Change{Keys: []string{key}, Decide: func(t *ledger.Txn) error {
		n, _ := t.Get(key).(int)
		t.Put(key, n+1)
		t.Append("all", ledger.Entry{ID: fmt.Sprintf("%s.%d", key, n+1)})
		e, err := event.New(context.Background(), "/test", "added", key, int64(n+1), time.Now(), n+1)
		t.Publish("topic", e)
		return err
	}}
}

func value(t *testing.T, b *ledger.Book, key string) (n int) {
	t.Helper()
	require.NoError(t, b.View(t.Context(), []string{key}, func(x *ledger.Txn) error {
		n, _ = x.Get(key).(int)
		return nil
	}))
	return n
}
