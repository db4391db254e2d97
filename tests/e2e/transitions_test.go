package e2e

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// command is what a caller asks of an order, and the status it leads to.
type command struct {
	to   string
	send func(s *harness.Story, o harness.Order) harness.Answer
}

var commands = map[string]command{
	"pay": {"paid", func(s *harness.Story, o harness.Order) harness.Answer {
		total := harness.Money{Amount: 1, Currency: "USD"}
		if o.Total != nil {
			total = *o.Total
		}
		return s.Order.Post("/v1/orders/"+o.ID+"/payment", M{"reference": "other-" + o.ID, "amount": total, "method": "card"})
	}},
	"ship": {"shipped", func(s *harness.Story, o harness.Order) harness.Answer {
		return s.Order.Post("/v1/orders/"+o.ID+"/shipment", harness.Shipment)
	}},
	"deliver": {"delivered", func(s *harness.Story, o harness.Order) harness.Answer {
		return s.Order.Post("/v1/orders/"+o.ID+"/delivery", nil)
	}},
	"cancel": {"cancelled", func(s *harness.Story, o harness.Order) harness.Answer {
		return s.Order.Delete("/v1/orders/"+o.ID, nil)
	}},
}

// refusesAll sends an order every command that its status does not allow; each must be refused by name and leave the
// order as it was.
func refusesAll(s *harness.Story, o harness.Order) {
	s.T.Helper()
	for name, c := range commands {
		if strings.Contains(strings.Join(harness.Next[o.Status], " "), c.to) {
			continue
		}
		p := c.send(s, o).Problem(http.StatusConflict, "illegal-transition")
		if !strings.Contains(p.Detail, o.Status) || !strings.Contains(p.Detail, c.to) {
			s.T.Errorf("%s of an order that is %s: the problem does not name both states: %s", name, o.Status, p.Detail)
		}
		if got := s.Get(o.ID); !reflect.DeepEqual(got, o) {
			s.T.Errorf("%s of an order that is %s changed it to %+v", name, o.Status, got)
		}
	}
}

// Every command in every status it is not meant for, but pending and expired, which have stories of their own.
func TestIllegalTransitions(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		book := s.Product("book", 10)
		place := func() harness.Order { return s.Place("ann", line(book, 1)) }
		refused := s.Order.Post("/v1/orders", s.Asking("ann", line(book, 11))).Problem(http.StatusConflict, "out-of-stock")
		for status, o := range map[string]harness.Order{
			"confirmed": place(),
			"rejected":  s.Get(refused.OrderID),
			"paid":      s.Pay(place()),
			"shipped":   s.Ship(s.Pay(place())),
			"delivered": s.Deliver(s.Ship(s.Pay(place()))),
			"cancelled": s.Cancel(place()),
		} {
			if o.Status != status {
				s.T.Fatalf("made an order that is %s, wanted %s", o.Status, status)
			}
			refusesAll(s, o)
		}
		for _, c := range commands {
			c.send(s, harness.Order{ID: s.Key("nobody")}).Problem(http.StatusNotFound, "")
		}
	})
}
