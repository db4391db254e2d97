package e2e

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"orderly/tests/harness"
)

// Orders are listed newest first, by customer, status and time; pages neither repeat nor miss one, even while new
// orders arrive.
func TestOrderList(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 100)
		var placed []string // newest first
		var times []time.Time
		for i := range 7 {
			o := s.Place("ann", line(book, 1))
			if i%3 == 0 {
				s.Cancel(o)
			}
			placed, times = append([]string{o.ID}, placed...), append([]time.Time{o.CreatedAt}, times...)
		}
		s.Place("bob", line(book, 1))

		list := func(more url.Values) []string {
			more.Set("customerId", s.Customer("ann"))
			var ids []string
			for _, o := range harness.All[harness.Order](s.Order, "/v1/orders?"+more.Encode()) {
				if o.CustomerID != s.Customer("ann") {
					t.Errorf("an order of %s is listed", o.CustomerID)
				}
				ids = append(ids, o.ID)
			}
			return ids
		}
		same := func(what string, got, want []string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: listed\n%v, want\n%v", what, got, want)
			}
		}
		same("all", list(url.Values{}), placed)
		same("pages of two", list(url.Values{"limit": {"2"}}), placed)
		same("cancelled", list(url.Values{"status": {"cancelled"}, "limit": {"1"}}), []string{placed[0], placed[3], placed[6]})
		same("shipped", list(url.Values{"status": {"shipped"}}), nil)
		stamp := func(t time.Time) string { return t.Format(time.RFC3339Nano) }
		same("from the third", list(url.Values{"from": {stamp(times[4])}}), placed[:5])
		same("between", list(url.Values{"from": {stamp(times[5])}, "to": {stamp(times[2])}}), placed[3:6])
		same("nothing yet", list(url.Values{"from": {stamp(times[0].Add(time.Second))}}), nil)

		page := harness.As[harness.Page[harness.Order]](s.Order.Get("/v1/orders?limit=3&customerId=" + s.Customer("ann")))
		s.Place("ann", line(book, 1))
		rest := harness.All[harness.Order](s.Order, "/v1/orders?customerId="+s.Customer("ann")+"&cursor="+url.QueryEscape(page.NextCursor))
		var ids []string
		for _, o := range append(page.Items, rest...) {
			ids = append(ids, o.ID)
		}
		same("while another arrived", ids, placed)
	})
}

// Without a filter every order of every customer is there, newest first.
func TestOrderListOfAll(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	mine := s.Place("ann", line(s.Product("book", 1), 1))
	found := false
	last := time.Now().Add(time.Hour)
	for _, o := range harness.All[harness.Order](s.Order, "/v1/orders?limit=200&from="+url.QueryEscape(mine.CreatedAt.Add(-time.Minute).Format(time.RFC3339Nano))) {
		found = found || o.ID == mine.ID
		if o.CreatedAt.After(last.Add(time.Second)) { // two writers may commit in another order than they looked at the clock
			t.Errorf("%s of %s comes after one of %s", o.ID, o.CreatedAt, last)
		}
		last = o.CreatedAt
	}
	if !found {
		t.Error("the order is not listed")
	}
}
