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
func together(handle func([]*event.Heard), dead *[]string) *event.Receiver {
	var mu sync.Mutex
	return &event.Receiver{HandleAll: handle, Observe: func(string, string) {}, Log: slog.New(slog.DiscardHandler),
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

// An outage may last for ever; a panic that comes again and again is poison, and says so.
func TestOnlyPoisonEndsInTheDeadLetters(t *testing.T) {
	var dead []string
	rc := together(func(all []*event.Heard) {
		for _, h := range all {
			if h.Event.ID == "bad" {
				panic("boom")
			}
			h.Err = errors.New("the store is away")
		}
	}, &dead)
	answers := map[string]int{}
	for range 100 {
		answers[deliver(t, rc, body(t, "healthy", nil))[0]]++
	}
	assert.Equal(t, map[string]int{"RETRY": 100}, answers)
	assert.Empty(t, dead)

	answers = map[string]int{}
	for range 10 {
		answers[deliver(t, rc, body(t, "bad", nil))[0]]++
	}
	assert.Equal(t, map[string]int{"RETRY": 9, "SUCCESS": 1}, answers)
	assert.Equal(t, []string{"handler-panics: The handler panics at each delivery: boom"}, dead)
	assert.Equal(t, []string{"RETRY"}, deliver(t, rc, body(t, "bad", nil)), "a replay is tried as often again")
}

func TestWhatFollowsAnEventThatComesAgainComesAgainToo(t *testing.T) {
	var seen []event.Sequence
	away := true
	rc := &event.Receiver{Handle: func(_ context.Context, e event.Event) error {
		if away && e.Sequence == 2 {
			return errors.New("the store is away")
		}
		seen = append(seen, e.Sequence)
		return nil
	}, Observe: func(string, string) {}, Log: slog.New(slog.DiscardHandler)}
	var all []json.RawMessage
	for _, sequence := range []int{2, 0, 1} {
		all = append(all, body(t, fmt.Sprint(sequence), func(m map[string]any) { m["sequence"] = sequence + 1 }))
	}
	assert.Equal(t, []string{"RETRY", "SUCCESS", "RETRY"}, deliver(t, rc, all...))
	away = false
	assert.Equal(t, []string{"SUCCESS", "SUCCESS"}, deliver(t, rc, all[0], all[2]))
	assert.Equal(t, []event.Sequence{1, 2, 3}, seen)
}
