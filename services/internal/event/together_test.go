package event_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"orderly/services/internal/event"
	"orderly/services/internal/problem"
	"orderly/services/internal/telemetry"
)

// together returns a Receiver that hands over whole deliveries.
func together(handle func([]*event.Heard), dead *[]string) event.Receiver {
	var mu sync.Mutex
	return event.Receiver{HandleAll: handle, Observe: func(string, string) {}, Log: slog.New(slog.DiscardHandler),
		DeadLetter: func(_ context.Context, _ []byte, reason string) error {
			mu.Lock()
			defer mu.Unlock()
			*dead = append(*dead, reason)
			return nil
		}}
}

func TestADeliveryIsHandedOverWholeInItsOrder(t *testing.T) {
	var dead, seen []string
	calls := 0
	rc := together(func(all []*event.Heard) {
		calls++
		for _, h := range all {
			seen = append(seen, h.Event.ID)
			assert.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", telemetry.TraceID(h.Ctx))
			switch h.Event.ID {
			case "final":
				h.Err = problem.New(http.StatusBadRequest, "bad", "cannot be")
			case "transient":
				h.Err = errors.New("the store is away")
			}
		}
	}, &dead)
	got := deliver(t, rc, body(t, "a", nil), json.RawMessage(`7`), body(t, "final", nil), body(t, "transient", nil), body(t, "b", nil))
	assert.Equal(t, []string{"SUCCESS", "SUCCESS", "SUCCESS", "RETRY", "SUCCESS"}, got)
	assert.Equal(t, []string{"a", "final", "transient", "b"}, seen)
	assert.Equal(t, 1, calls)
	assert.Len(t, dead, 2)

	assert.Equal(t, []string{"SUCCESS"}, deliver(t, rc, json.RawMessage(`{}`)), "nothing is left to hand over")
	assert.Equal(t, 1, calls)
}

func TestAPanicIsLookedForOneByOne(t *testing.T) {
	var dead []string
	done := map[string]int{}
	rc := together(func(all []*event.Heard) {
		for _, h := range all {
			if h.Event.ID == "bad" {
				panic(fmt.Sprintf("among %d", len(all)))
			}
			done[h.Event.ID]++
		}
	}, &dead)
	got := deliver(t, rc, body(t, "a", nil), body(t, "bad", nil), body(t, "b", nil))
	assert.Equal(t, []string{"SUCCESS", "RETRY", "SUCCESS"}, got)
	assert.Equal(t, map[string]int{"a": 2, "b": 1}, done)
	assert.Empty(t, dead)
}
