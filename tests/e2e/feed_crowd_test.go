package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"orderly/tests/harness"
)

const crowd = 2000

// While a crowd watches, notify stays ready and answers others, and each sees what is its own: nobody's watching is a
// read of the store. Before, 2,000 of them were 2,000 reads a second, and everything else waited 5 s and longer.
func TestFeedCrowd(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{Env: map[string][]string{"notify": {fmt.Sprintf("NOTIFY_FEEDS=%d", crowd+1)}}})
	s.Contact("ann", "en", "")
	book := s.Product("book", 100)
	watching := make([]*harness.Feed, crowd)
	for i := range watching {
		watching[i] = s.Follow(fmt.Sprintf("customerId=%s", s.Customer(fmt.Sprint("buyer-", i))), "")
	}
	all := s.Follow("", "")
	s.Notify.Get("/v1/feed").Problem(http.StatusTooManyRequests, "too-many-feeds")
	if status := s.Notify.Get("/readyz").Status; status != http.StatusOK {
		t.Errorf("readyz answers %d while %d watch", status, crowd)
	}
	var took []time.Duration
	for i := range 20 {
		o := s.Place(fmt.Sprint("buyer-", i), line(book, 1))
		sees(s, watching[i].Next(), o, "confirmed")
		sees(s, all.Next(), o, "confirmed")
		began := time.Now()
		s.Notify.Get("/v1/notifications?orderId=" + o.ID).Want(http.StatusOK)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	if slow := took[len(took)/2]; slow > time.Second {
		t.Errorf("half of the reads took %s and longer while %d watch", slow, crowd)
	}
	t.Logf("%d feeds: reads took %s in the middle, %s at most", crowd, took[len(took)/2], took[len(took)-1])
}
