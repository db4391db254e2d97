package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// Sixty-four buyers want one of ten units at once: exactly ten get one, and the counters add up at every look.
func TestHotItem(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		hot := s.Product("hot", 10)
		statuses := make([]int, 64)
		done := make(chan struct{})
		go func() {
			defer close(done)
			harness.Together(len(statuses), func(i int) {
				a, err := s.Order.Try(http.MethodPost, "/v1/orders", s.Asking("ann", line(hot, 1)))
				if err != nil {
					t.Error(err)
				}
				statuses[i] = a.Status
			})
		}()
		samples := 0
		for running := true; running; samples++ {
			select {
			case <-done:
				running = false
			default:
			}
			u := s.Units(hot) // ends the story when the numbers do not add up
			if u.Received != 10 {
				t.Fatalf("received became %d", u.Received)
			}
		}
		count := map[int]int{}
		for _, status := range statuses {
			count[status]++
		}
		// A buyer whom stock did not answer in time is told 202, and learns later.
		if count[http.StatusCreated]+count[http.StatusConflict]+count[http.StatusAccepted] != len(statuses) || count[http.StatusCreated] > 10 {
			t.Errorf("answers by status: %v", count)
		}
		s.HasUnits(hot, 0, 10, 0)
		s.Until("ten orders are confirmed and no others", func() error {
			byStatus := map[string]int{}
			for _, o := range harness.All[harness.Order](s.Order, "/v1/orders?customerId="+s.Customer("ann")) {
				byStatus[o.Status]++
			}
			if err := harness.Expect("confirmed", byStatus["confirmed"], 10); err != nil {
				return err
			}
			return harness.Expect("rejected", byStatus["rejected"], 54)
		})
		t.Logf("answers by status: %v, %d samples", count, samples)
	})
}
