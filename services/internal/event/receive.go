package event

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/trace"

	"orderly/services/internal/problem"
)

// Receiver is the door for a subscription: the sidecar posts events to it in
// bulk. Its answer per entry is SUCCESS (done) or RETRY (deliver it again), never
// DROP: the runtime's own dead letter would not carry the reason. What cannot be handled because something is away is
// answered RETRY for as long as that takes; only poison becomes a dead letter.
type Receiver struct {
	Handle     func(context.Context, Event) error                          // handles one event; or instead
	HandleAll  func([]*Heard)                                              // handles what came together, and may be given any of it again
	Problems   problem.Table                                               // which errors are final
	DeadLetter func(ctx context.Context, body []byte, reason string) error // keeps a final failure, with its reason
	Observe    func(typ, result string)                                    // counts; result is ok, retry or dead
	Log        *slog.Logger

	panics panics
}

// Heard is one event of a delivery.
type Heard struct {
	Ctx   context.Context // of the event's own trace
	Event Event
	Err   error // what became of it

	body []byte
	span trace.Span
}

// Bulk answers a bulk delivery of CloudEvents. HandleAll gets them in the order
// they came; Handle gets those of one subject in the order of their sequence,
// different subjects side by side.
func (rc *Receiver) Bulk(w http.ResponseWriter, r *http.Request) error {
	entries, err := readBulk(r)
	if err != nil {
		return err
	}
	all := make([]Heard, len(entries))
	good := make([]*Heard, 0, len(entries))
	for i, e := range entries {
		if all[i] = rc.hear(r.Context(), e.body); all[i].Err == nil {
			good = append(good, &all[i])
		}
	}
	if rc.HandleAll != nil {
		rc.handleAll(good)
	} else {
		rc.handleEach(good)
	}
	rc.conclude(all)
	return answer(w, entries, func(i int) error { return all[i].Err })
}

// handleAll looks for the cause of a panic one by one: a bad event must not take
// the others along.
func (rc *Receiver) handleAll(all []*Heard) {
	if len(all) == 0 {
		return
	}
	err := safely(func() error { rc.HandleAll(all); return nil })
	switch {
	case err == nil:
	case len(all) == 1:
		all[0].Err = err
	default:
		for i := range all {
			all[i].Err = nil
			rc.handleAll(all[i : i+1])
		}
	}
}

// mostLanes is how many subjects of one delivery are handled at once. They wait
// for the same write: the fewer of them wait together, the more writes it takes.
const mostLanes = 512

func (rc *Receiver) handleEach(all []*Heard) {
	lanes := make(map[string][]*Heard, len(all))
	for _, h := range all {
		lanes[h.Event.Subject] = append(lanes[h.Event.Subject], h)
	}
	var wg sync.WaitGroup
	gate := make(chan struct{}, mostLanes)
	for _, lane := range lanes {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			rc.handleLane(lane)
		})
	}
	wg.Wait()
}

// handleLane handles the events of one subject, in the order of their sequence. After one that has to come again the
// rest come again, too.
func (rc *Receiver) handleLane(lane []*Heard) {
	slices.SortStableFunc(lane, func(a, b *Heard) int { return cmp.Compare(a.Event.Sequence, b.Event.Sequence) })
	for i, h := range lane {
		h.Err = safely(func() error { return rc.Handle(h.Ctx, h.Event) })
		if h.Err == nil || rc.Problems.Of(h.Err).Final() {
			continue
		}
		for _, later := range lane[i+1:] {
			later.Err = fmt.Errorf("after %s: %w", h.Event.ID, errEarlier)
		}
		return
	}
}

var errEarlier = errors.New("an earlier event of the subject has to come again first")
