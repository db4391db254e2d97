package dapr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

func limits() notify.FeedLimits { return notify.FeedLimits{Replica: 10_000, Customer: 10_000} }

// Whoever watches costs the store nothing: 2,000 that did were 2,000 reads a second, and nobody else was served.
func TestThoseWhoWatchShareOneReader(t *testing.T) {
	inWorld(t, func(w *world) {
		var reads atomic.Int64
		w.state.Fault = func(call string, _ []string) error {
			reads.Add(1)
			return nil
		}
		feed := NewFeed(w.store.book, slog.New(slog.DiscardHandler), limits)
		ctx, stop := context.WithCancel(w.t.Context())
		done := make(chan struct{})
		go func() { defer close(done); feed.Run(ctx) }()
		for i := range 2000 {
			if _, err := feed.Watch(ctx, notify.FeedFilter{CustomerID: fmt.Sprint("c", i)}, -1); err != nil {
				t.Fatal(err)
			}
		}
		before := reads.Load()
		time.Sleep(time.Minute) // of the bubble's time
		if n := reads.Load() - before; n < 30 || n > 200 {
			t.Errorf("%d reads in a minute", n)
		}
		stop()
		<-done
	})
}

// A watch gets each line that it wants once, in order, wherever it began and however slowly it reads.
func TestAWatchMissesNothing(t *testing.T) {
	const lines = 5000
	all := make([]notify.Shown, lines)
	for i := range all {
		all[i] = notify.Shown{Pos: int64(i + 1), CustomerID: fmt.Sprint("c", i%3), OrderID: fmt.Sprint("o", i%7)}
	}
	for _, filter := range []notify.FeedFilter{{}, {CustomerID: "c1"}, {OrderID: "o3"}, {CustomerID: "c2", OrderID: "o5"}, {OrderID: "none"}} {
		for _, pace := range []int{1, 10, 400} { // lines added between two reads, all within memory
			h := newHub(limits)
			h.goLive(0)
			w := &watch{feed: &Feed{hub: h}, filter: filter, woken: make(chan struct{}, 1)}
			if err := h.join(w); err != nil {
				t.Fatal(err)
			}
			var got, want []int64
			for part := range slices.Chunk(all, pace) {
				h.add(part)
				select {
				case <-w.Woken():
				default:
					continue
				}
				for more := true; more; {
					var found []notify.Shown
					var err error
					if found, _, more, err = w.Lines(t.Context()); err != nil {
						t.Fatal(err)
					}
					for _, l := range found {
						got = append(got, l.Pos)
					}
				}
			}
			for _, l := range all {
				if filter.Wants(l) {
					want = append(want, l.Pos)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v, %d at a time: got %d lines, want %d", filter, pace, len(got), len(want))
			}
			w.Leave()
			if w.Leave(); h.watches != 0 || len(h.by) != 0 || len(h.whose) != 0 {
				t.Errorf("a watch has left something: %+v", h)
			}
		}
	}
}

// A read of the list may bring lines that the hub is told of later only, and a client may know of such lines from
// another replica.
func TestAWatchGetsNoLineTwice(t *testing.T) {
	inWorld(t, func(w *world) {
		feed := NewFeed(w.store.book, slog.New(slog.DiscardHandler), limits)
		for i := range 4 {
			w.hear(w.service(w.store), eventOf(t, fmt.Sprint("o", i), 1, "confirmed"))
		}
		all, err := feed.Read(w.t.Context(), 0, 4)
		if err != nil || len(all) != 4 {
			t.Fatal(len(all), err)
		}
		for after, want := range map[int64][]int64{1: {2, 3, 4}, 2: {3, 4}, 3: {4}, 4: nil} {
			h := newHub(limits)
			feed.hub = h
			h.goLive(2)
			v := &watch{feed: feed, woken: make(chan struct{}, 1)}
			if err := h.join(v); err != nil {
				t.Fatal(err)
			}
			h.add(all[2:3]) // before it stands where it begins
			if err := feed.resume(w.t.Context(), v, after); err != nil {
				t.Fatal(err)
			}
			var got []int64
			for range 3 {
				lines, upTo, _, err := v.Lines(w.t.Context())
				if err != nil || upTo < after {
					t.Errorf("after %d: looked at up to %d, %v", after, upTo, err)
				}
				for _, l := range lines {
					got = append(got, l.Pos)
				}
				if h.end == 3 {
					h.add(all[3:])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("after %d: got %d, want %d", after, got, want)
			}
		}
	})
}

func TestTooManyWatches(t *testing.T) {
	h := newHub(func() notify.FeedLimits { return notify.FeedLimits{Replica: 3, Customer: 1} })
	join := func(customer string) (*watch, error) {
		w := &watch{feed: &Feed{hub: h}, filter: notify.FeedFilter{CustomerID: customer}, woken: make(chan struct{}, 1)}
		return w, h.join(w)
	}
	alice, err := join("alice")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := join("alice"); !errors.Is(err, notify.ErrTooManyFeeds) {
		t.Errorf("a second of one customer: %v", err)
	}
	if _, err := join(""); err != nil {
		t.Error(err)
	}
	if _, err := join(""); !errors.Is(err, notify.ErrTooManyFeeds) {
		t.Errorf("more than half for those who watch everything: %v", err)
	}
	if _, err := join("bob"); err != nil {
		t.Error(err)
	}
	if _, err := join("carol"); !errors.Is(err, notify.ErrTooManyFeeds) {
		t.Errorf("a fourth: %v", err)
	}
	alice.Leave()
	if _, err := join("alice"); err != nil {
		t.Error(err)
	}
	only := newHub(func() notify.FeedLimits { return notify.FeedLimits{Replica: 1, Customer: 1} })
	if err := only.join(&watch{feed: &Feed{hub: only}}); err != nil {
		t.Errorf("one of everything, where there is one place: %v", err)
	}
}
