package e2e

import (
	"encoding/json"
	"testing"

	"orderly/tests/harness"
)

// Whoever watches an order sees each step as it happens; whoever comes back with the last id sees what was missed,
// and nothing twice. Through Dapr it streams by the app's own sidecar only: of what another app's sidecar is answered,
// Dapr 1.16 passes on nothing before the end, and a feed has none.
func TestFeed(t *testing.T) {
	t.Parallel()
	tell := func(t *testing.T, caller string) {
		s := harness.Shared(t)
		watch := s.Through(caller).Follow
		book := s.Product("book", 10)
		o := s.Place("ann", line(book, 1))
		s.Once(o.ID) // so that the live part begins after it
		live, all := watch("orderId="+o.ID, ""), watch("customerId="+s.Customer("ann"), "")
		o = s.Pay(o)
		first := live.Next()
		sees(s, first, o, "paid")
		sees(s, all.Next(), o, "paid")
		s.Ship(o)
		sees(s, live.Next(), o, "shipped")
		live.Close()

		s.Deliver(o)
		s.Place("bob", line(book, 1)) // nothing of ann's
		resumed := watch("orderId="+o.ID, first.ID)
		sees(s, resumed.Next(), o, "shipped")
		sees(s, resumed.Next(), o, "delivered")

		sees(s, all.Next(), o, "shipped")
		sees(s, all.Next(), o, "delivered")
		other := s.Place("ann", line(book, 1))
		sees(s, all.Next(), other, "confirmed")
	}
	t.Run("direct", func(t *testing.T) { tell(t, "") })
	t.Run("through dapr", func(t *testing.T) { tell(t, "notify") })
}

func sees(s *harness.Story, said harness.Said, o harness.Order, status string) {
	s.T.Helper()
	var data struct{ OrderID, CustomerID, Status string }
	if err := json.Unmarshal(said.Data, &data); err != nil {
		s.T.Fatalf("%v: %s", err, said.Data)
	}
	if said.ID == "" || data.OrderID != o.ID || data.CustomerID != o.CustomerID || data.Status != status {
		s.T.Fatalf("want %s of %s, the feed says %s: %s", status, o.ID, said.ID, said.Data)
	}
}
