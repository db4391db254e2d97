package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"orderly/tests/harness"
)

// A hundred orders are placed, paid and shipped without a pause. The customer's receiver hears of each order in the
// order of its events, and so do the mails leave.
func TestToldInOrder(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	hook := s.Hook(0)
	s.Contact("ann", "en", hook.URL)
	book := s.Product("book", 1000)
	const orders, steps = 100, 3
	ids := make([]string, orders)
	harness.Together(8, func(worker int) {
		for i := worker; i < orders; i += 8 {
			ids[i] = s.Ship(s.Pay(s.Place("ann", line(book, 1)))).ID
		}
	})
	mails := map[string][]string{}
	for _, id := range ids {
		s.Until("the customer was told of each step on each channel", func() error {
			told := s.Notifications(id)
			for _, n := range told {
				if n.Status != "sent" {
					return fmt.Errorf("%s by %s is %s: %s", n.Template, n.Channel, n.Status, n.Error)
				}
			}
			slices.SortFunc(told, func(a, b harness.Notification) int { return a.At.Compare(b.At) })
			mails[id] = nil
			for _, n := range told {
				if n.Channel == "email" {
					mails[id] = append(mails[id], n.Template)
				}
			}
			return harness.Expect("notifications", len(told), 2*steps)
		})
	}
	heard := map[string][]int64{}
	for _, hit := range hook.About("") {
		var said struct {
			OrderID  string
			Sequence int64
		}
		if err := json.Unmarshal(hit.Body, &said); err != nil {
			t.Fatal(err)
		}
		heard[said.OrderID] = append(heard[said.OrderID], said.Sequence)
	}
	swapped := map[string]int{}
	for _, id := range ids {
		if !slices.IsSortedFunc(heard[id], cmp.Compare) || len(heard[id]) != steps {
			swapped["webhooks"]++
		}
		if !slices.Equal(mails[id], []string{"confirmed", "paid", "shipped"}) {
			swapped["mails"]++
		}
	}
	if len(swapped) > 0 {
		t.Errorf("of %d orders customers were told in another order than things happened: %v", orders, swapped)
	}
}
