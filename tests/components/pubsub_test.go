package components

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
)

// What events are promised, on one stack: each part kills what it is about.
func TestEvents(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	t.Run("backlog", func(t *testing.T) { backlog(s.In(t)) })
	t.Run("again", func(t *testing.T) { again(s.In(t)) })
	t.Run("away", func(t *testing.T) { away(s.In(t)) })
}

// What was published while an app and its sidecar were away is there when they are back.
func backlog(s *harness.Story) {
	s.Murder(harness.Probe)
	s.Murder(harness.Probe + ".sidecar")
	for _, topic := range []string{"orders", "stock"} {
		for range 4 {
			s.PublishMarked(topic, s.Tag+topic, 250)
		}
	}
	back(s)
	for _, topic := range []string{"orders", "stock"} {
		s.Arrived(s.Tag+topic, 250)
	}
}

// An event that an app had begun to handle when it and its sidecar were killed is delivered again.
func again(s *harness.Story) {
	subject := s.Tag + "again"
	s.Hold(subject)
	s.PublishMarked("orders", subject, 3)
	s.Holds(subject)
	s.Murder(harness.Probe + ".sidecar")
	s.Murder(harness.Probe)
	began := time.Now()
	back(s)
	s.Arrived(subject, 3)
	found(s.T, time.Since(began).Round(100*time.Millisecond).String())
}

// An app that is gone for longer than its sidecar tries misses nothing: deliveries stop, and go on when it is back. (Batches
// that were under way once took the workers of a component with them.)
func away(s *harness.Story) {
	subject := s.Tag + "away"
	s.Hold(subject)
	s.PublishMarked("orders", subject, 200)
	s.Holds(subject)
	before := gone(s)
	s.Murder(harness.Probe)
	s.Until("deliveries stop", func() error { return harness.Expect("times gone", gone(s), before+1) })
	s.PublishMarked("orders", subject+"-meanwhile", 200)
	if err := s.Restart(harness.Probe); err != nil {
		s.T.Fatal(err)
	}
	s.Arrived(subject, 200)
	s.Arrived(subject+"-meanwhile", 200)
}

// Events of one subject, published one after the other, arrive in their order where the set promises so.
func TestOrderOfASubject(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	for i := range 100 {
		path := "/v1.0/publish/pubsub/orders?metadata.partitionKey=" + s.Tag // as services publish
		status, answer := s.Sidecar("order", http.MethodPost, path, "application/cloudevents+json", harness.JSON(harness.Marked(s.Tag, i+1)))
		if status/100 != 2 {
			t.Fatalf("publish: %d %s", status, answer)
		}
	}
	if kept := slices.IsSorted(s.Arrived(s.Tag, 100)); promised("order of a subject") == "yes" {
		if !kept {
			t.Error("events came out of order")
		}
	} else {
		found(t, "not promised")
	}
}

func back(s *harness.Story) {
	s.T.Helper()
	for _, name := range []string{harness.Probe, harness.Probe + ".sidecar"} {
		if err := s.Restart(name); err != nil {
			s.T.Fatal(err)
		}
	}
	if err := s.Ready(s.T.Context()); err != nil {
		s.T.Fatal(err)
	}
}

// gone is how often the probe's sidecar has seen its app go.
func gone(s *harness.Story) (times int) {
	for _, line := range s.Logs()[harness.Probe+".sidecar"] {
		if strings.Contains(line, "App entered un-healthy status") {
			times++
		}
	}
	return times
}
