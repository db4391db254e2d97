package event_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/internal/telemetry"
)

func TestMain(m *testing.M) {
	if _, err := telemetry.Trace(context.Background(), "test", "0"); err != nil {
		panic(err)
	}
	m.Run()
}

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func body(t *testing.T, id string, change func(map[string]any)) json.RawMessage {
	t.Helper()
	m := map[string]any{"specversion": "1.0", "id": id, "source": "/orders", "type": "order.paid.v1", "subject": "o",
		"sequence": 1, "time": "2026-01-31T09:30:00Z", "traceparent": parent, "data": map[string]any{"x": 1}}
	if change != nil {
		change(m)
	}
	b, err := json.Marshal(m)
	require.NoError(t, err)
	return b
}

func TestAnEventIsOpenedAsItWasClosed(t *testing.T) {
	ctx := telemetry.Resume(t.Context(), map[string]string{"traceparent": parent, "baggage": "lane=canary"})
	e, err := event.New(ctx, "/orders", "order.paid.v1", "o1", 3, time.Now(), map[string]int{"x": 1})
	require.NoError(t, err)
	assert.Equal(t, "o1.3", e.ID)
	raw, err := json.Marshal(e)
	require.NoError(t, err)
	opened, err := event.Open(raw)
	require.NoError(t, err)
	assert.Equal(t, e, opened)
	back := opened.Context(t.Context())
	assert.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", trace.SpanContextFromContext(back).TraceID().String())
	assert.Equal(t, "lane=canary", telemetry.Carry(back)["baggage"])
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, name := range []string{"id", "source", "type", "subject", "sequence", "data", "specversion"} {
		_, err := event.Open(body(t, "e", func(m map[string]any) { delete(m, name) }))
		require.ErrorContains(t, err, name)
	}
	_, err := event.Open(body(t, "e", func(m map[string]any) { m["sequence"] = "7" }))
	require.NoError(t, err, "other producers send it as a string")
	_, err = event.Open(body(t, "e", func(m map[string]any) { m["sequence"] = 0 }))
	require.ErrorContains(t, err, "sequence")
}

// deliver posts a bulk of events and returns the status of each.
func deliver(t *testing.T, rc *event.Receiver, events ...json.RawMessage) []string {
	t.Helper()
	var in struct {
		Entries []map[string]any `json:"entries"`
	}
	for i, e := range events {
		in.Entries = append(in.Entries, map[string]any{"entryId": string(rune('a' + i)), "event": e})
	}
	raw, err := json.Marshal(in)
	require.NoError(t, err)
	w := httptest.NewRecorder()
	require.NoError(t, rc.Bulk(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(raw)))))
	var out struct {
		Statuses []struct{ EntryID, Status string }
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &out))
	var got []string
	for i, s := range out.Statuses {
		require.Equal(t, string(rune('a'+i)), s.EntryID)
		got = append(got, s.Status)
	}
	return got
}

func TestWhatTheSidecarIsTold(t *testing.T) {
	var mu sync.Mutex
	dead := map[string]string{}
	rc := &event.Receiver{
		Handle: func(_ context.Context, e event.Event) error {
			switch e.ID {
			case "ok":
				return nil
			case "final":
				return problem.New(http.StatusBadRequest, "bad", "cannot be")
			case "panic":
				panic("boom")
			}
			return errors.New("the store is away")
		},
		DeadLetter: func(_ context.Context, _ []byte, reason string) error {
			mu.Lock()
			defer mu.Unlock()
			dead[reason] = reason
			return nil
		},
		Observe: func(string, string) {}, Log: slog.New(slog.DiscardHandler),
	}
	got := deliver(t, rc, body(t, "ok", nil), body(t, "final", nil), body(t, "panic", nil), body(t, "transient", nil), json.RawMessage(`{"no":"event"}`), json.RawMessage(`7`))
	assert.Equal(t, []string{"SUCCESS", "SUCCESS", "RETRY", "RETRY", "SUCCESS", "SUCCESS"}, got)
	assert.Len(t, dead, 3, "the final one and the two that are no events")
	assert.Contains(t, dead, "bad: cannot be")

	rc.DeadLetter = func(context.Context, []byte, string) error { return errors.New("the broker is away") }
	assert.Equal(t, []string{"RETRY"}, deliver(t, rc, body(t, "final", nil)), "nothing is lost with the broker away")
}

func TestEventsOfOneSubjectKeepTheirOrder(t *testing.T) {
	var mu sync.Mutex
	seen := map[string][]event.Sequence{}
	rc := &event.Receiver{Handle: func(_ context.Context, e event.Event) error {
		mu.Lock()
		defer mu.Unlock()
		seen[e.Subject] = append(seen[e.Subject], e.Sequence)
		return nil
	}, Observe: func(string, string) {}, Log: slog.New(slog.DiscardHandler)}
	var all []json.RawMessage
	for seq := 1; seq <= 5; seq++ {
		for _, s := range []string{"p", "q", "r"} {
			all = append(all, body(t, s, func(m map[string]any) { m["subject"], m["sequence"] = s, seq }))
		}
	}
	deliver(t, rc, all...)
	for _, s := range []string{"p", "q", "r"} {
		assert.Equal(t, []event.Sequence{1, 2, 3, 4, 5}, seen[s])
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"a","source":"s","type":"t","subject":"x","sequence":"3","data":{}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := event.Open(raw)
		if err == nil && (e.ID == "" || e.Subject == "" || e.Sequence < 1) {
			t.Fatalf("accepted %q", raw)
		}
	})
}
