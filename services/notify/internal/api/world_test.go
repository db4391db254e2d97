package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/notify/internal/dapr"
	"orderly/services/notify/internal/egress"
	"orderly/services/notify/internal/notify"
)

const appToken = "the-token-of-this-test"

// world is notify behind its front door, with a bus and a mail box that remember.
type world struct {
	t      *testing.T
	server *httptest.Server

	mu        sync.Mutex
	published []string // "<topic> <body>"
	refuse    bool     // the bus takes nothing
	mailed    int
}

func (w *world) Publish(_ context.Context, topic string, body []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse {
		return errors.New("the broker is gone")
	}
	w.published = append(w.published, topic+" "+string(body))
	return nil
}

func (w *world) Send(context.Context, notify.Message) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mailed++
	return "file.html", nil
}

func newWorld(t *testing.T) *world { return newWorldWith(t, &fakestore.Store{}, 0) }

// newWorldWith has a store, and room for so many changes that wait for it.
func newWorldWith(t *testing.T, state *fakestore.Store, waiting int) *world {
	w := &world{t: t}
	log := slog.New(slog.DiscardHandler)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: 1, GRPCPort: 1})
	if err != nil {
		t.Fatal(err)
	}
	frame := serve.NewFrame("notify", serve.Config{AppAPIToken: appToken}, log, sc, sidecar.Needs{}, Problems, fstest.MapFS{})
	book := ledger.Open(ledger.Options{Store: state, Codec: dapr.Codec{}, Marks: dapr.Marks, Replica: "a", Keep: dapr.Keep, Now: time.Now, Log: log,
		Limits: settings.Fixed(ledger.Limits{Waiting: waiting})})
	store, feed := dapr.NewStore(book), dapr.NewFeed(book, log, func() notify.FeedLimits { return notify.FeedLimits{Replica: 20, Customer: 2} })
	service := notify.NewService(store, map[notify.Channel]notify.Outlet{notify.Email: {Sender: w, SideBySide: 1}},
		settings.Fixed(notify.Rules{Lease: 30 * time.Second, Timeout: time.Second}), time.Now, func(context.Context, notify.Notification, error) {})
	a := &API{Frame: frame, Notify: service, Feed: feed, Now: time.Now, Egress: egress.NewSender(notify.Reach{Private: true}),
		Key:         func(context.Context) ([]byte, error) { return []byte("key"), nil },
		Letters:     notify.DeadLetters{Store: store, Publisher: w, Now: time.Now},
		DeadLetters: frame.Metrics.Counter("dead_letters_total", "", "topic"),
		Dead: func(ctx context.Context, body []byte, reason string) error {
			letter, err := event.DeadLetter(body, "notify", reason)
			if err != nil {
				return err
			}
			return w.Publish(ctx, "orders.deadletter", letter)
		},
	}
	ctx, cancel := context.WithCancel(t.Context())
	var jobs sync.WaitGroup
	jobs.Go(func() { service.Run(ctx) })
	jobs.Go(func() { feed.Run(ctx) })
	jobs.Go(func() { book.Run(ctx) })
	w.server = httptest.NewServer(a.Routes())
	t.Cleanup(func() { w.server.Close(); cancel(); jobs.Wait() })
	return w
}

// call sends body as JSON; "" sends none.
func (w *world) call(method, path, body string) (int, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("dapr-api-token", appToken)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	got, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(got) + resp.Header.Get("Location")
}

// want calls and wants a status, and each of the words in the answer.
func (w *world) want(status int, method, path, body string, words ...string) string {
	w.t.Helper()
	got, answer := w.call(method, path, body)
	if got != status || slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(answer, word) }) {
		w.t.Errorf("%s %s %s answers %d %s; want %d %q", method, path, body, got, answer, status, words)
	}
	return answer
}

// deliver posts events as the sidecar does and returns the verdicts.
func (w *world) deliver(path string, events ...any) string {
	w.t.Helper()
	type entry struct {
		EntryID string `json:"entryId"`
		Event   any    `json:"event"`
	}
	in := struct {
		Entries []entry `json:"entries"`
	}{}
	for _, e := range events {
		in.Entries = append(in.Entries, entry{"1", e})
	}
	body, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.want(http.StatusOK, http.MethodPost, path, string(body))
}

// orderEvent is an order event as it is delivered.
func orderEvent(order string, n int, status string) json.RawMessage {
	body, _ := json.Marshal(map[string]any{
		"specversion": "1.0", "id": order + "." + string(rune('0'+n)), "source": "/orders", "type": "order." + status + ".v1",
		"subject": order, "sequence": n, "time": "2026-01-31T09:30:00Z", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"data": map[string]any{"orderId": order, "customerId": "alice", "status": status, "at": "2026-01-31T09:30:00Z", "unknown": 1},
	})
	return body
}

func (w *world) bus() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.published)
}

// eventually waits for a fact.
func eventually(t *testing.T, fact func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !fact(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not come true")
		}
	}
}

func contains(s string, words ...string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !bytes.Contains([]byte(s), []byte(w)) })
}
