package e2e

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"orderly/tests/harness"
)

// One customer sends more orders at once than may wait: some are answered 429, at once and with the time to come back.
// Another customer is served meanwhile, long before the queue of the first is done. What was refused succeeds later,
// with its key, and only once.
func TestTooMany(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Env: map[string][]string{"order": {"BATCH_LIMIT=8", "BATCH_WAITING=1000"}}})
	book := s.Product("book", 10_000)
	const flood = 900 // a customer gets half of the queue
	answers := make([]harness.Answer, flood)
	var answered atomic.Int64
	ask := func(i int) harness.Answer {
		a, err := s.Order.Try(http.MethodPost, "/v1/orders", s.Asking("flood", line(book, 1)), "Idempotency-Key", s.Key(strconv.Itoa(i)))
		if err != nil {
			t.Error(err)
		}
		return a
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		harness.Together(flood, func(i int) {
			answers[i] = ask(i)
			answered.Add(1)
		})
	}()
	s.Until("the flood is there", func() error {
		if answered.Load() < flood/10 { // mostly refused ones
			return harness.Expect("answered", answered.Load(), flood/10)
		}
		return nil
	})
	s.Place("ann", line(book, 1))
	if n := answered.Load(); n == flood {
		t.Error("ann had to wait for the whole flood")
	}
	<-done
	var refused []int
	for i, a := range answers {
		switch a.Status {
		case http.StatusTooManyRequests:
			refused = append(refused, i)
			if a.Header.Get("Retry-After") == "" {
				t.Fatalf("no Retry-After:\n%s", a)
			}
		case http.StatusCreated, http.StatusAccepted:
		default:
			t.Fatalf("unexpected:\n%s", a)
		}
	}
	if len(refused) == 0 || len(refused) == flood {
		t.Fatalf("%d of %d were refused", len(refused), flood)
	}
	t.Logf("%d of %d were refused", len(refused), flood)
	for _, i := range refused[:min(len(refused), 50)] {
		if a := ask(i); a.Status/100 != 2 {
			t.Fatalf("asked again:\n%s", a)
		}
	}
	again := ask(refused[0])
	if again.Status != http.StatusOK || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Fatalf("and again:\n%s", again)
	}
}
