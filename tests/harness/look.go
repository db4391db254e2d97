package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Judge looks at everything the traffic touched until it all adds up, and fails the story when it does not within
// Patience.
func (s *Story) Judge(t *Traffic) {
	s.T.Helper()
	if err := s.Judged(t, Patience); err != nil {
		s.T.Fatalf("waited %s in vain until everything adds up: %v", Patience, err)
	}
	s.sellsWhatIsLeft(t)
}

// Judged ends the traffic, waits for so long until everything it touched adds up, and returns what does not.
func (s *Story) Judged(t *Traffic, limit time.Duration) error {
	s.T.Helper()
	attempts := t.End()
	var w World
	err := wait(limit, func() (err error) {
		if w, err = s.look(t); err != nil {
			return err
		}
		return w.Verdict(attempts)
	})
	for _, events := range w.Published {
		for _, event := range events {
			err = errors.Join(err, s.documented(event))
		}
	}
	repeated, swapped := w.Arrivals()
	s.T.Logf("judged %d orders; %d messages arrived twice", len(attempts), repeated)
	if swapped > 0 {
		err = errors.Join(err, fmt.Errorf("%d messages arrived after a later one of the same order and channel", swapped))
	}
	return errors.Join(err, t.Wrong())
}

// sellsWhatIsLeft sees, when nothing else is going on, that what is scarce can be had to the last unit, and no more.
func (s *Story) sellsWhatIsLeft(t *Traffic) {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	ask := func(name string, n int64) Answer {
		wish := step{what: "place", method: http.MethodPost, path: "/v1/orders", body: s.Asking("last", Line(t.scarce, int(n)))}
		a, _, ok := t.insist(ctx, wish, "Idempotency-Key", s.Key(name+" of "+t.scarce))
		if !ok {
			s.T.Fatalf("waited %s in vain for an answer to %q", Patience, name)
		}
		return a
	}
	var left Units
	s.Until("stock answers", func() (err error) { left, err = read[Units](s.Stock, "/v1/stock/"+t.scarce); return err })
	if left.Available > 0 {
		id := As[Order](ask("the last", left.Available)).ID
		s.Until("the last is sold", func() error {
			o, err := read[Order](s.Order, "/v1/orders/"+id)
			return errors.Join(err, Expect("status", o.Status, "confirmed"))
		})
	}
	p := ask("one more", 1).Problem(http.StatusConflict, "out-of-stock")
	if want := (Shortage{SKU: t.scarce, Requested: 1}); len(p.Shortages) != 1 || p.Shortages[0] != want {
		s.T.Errorf("%d were left and are sold, and then is short: %+v", left.Available, p.Shortages)
	}
}

// look reads the world over the API, and from the probe and the mailbox what was published and told.
func (s *Story) look(t *Traffic) (World, error) {
	arrived, err := s.arrivals(t.hook)
	if err != nil {
		return World{}, err
	}
	w := World{
		Received: t.received, Units: map[string]Units{}, Orders: map[string]Order{}, History: map[string][]Step{},
		Published: map[string][]json.RawMessage{}, Told: map[string][]Notification{}, Channels: t.channels, Arrived: arrived,
	}
	for sku := range t.received {
		u, err := read[Units](s.Stock, "/v1/stock/"+sku)
		if err != nil {
			return w, err
		}
		w.Units[sku] = u
	}
	for _, customer := range t.customers {
		orders, err := all[Order](s.Order, "/v1/orders?limit=200&customerId="+url.QueryEscape(customer))
		if err != nil {
			return w, err
		}
		told, err := all[Notification](s.Notify, "/v1/notifications?limit=200&customerId="+url.QueryEscape(customer))
		if err != nil {
			return w, err
		}
		for _, n := range told {
			w.Told[n.OrderID] = append(w.Told[n.OrderID], n)
		}
		for _, o := range orders {
			w.Orders[o.ID] = o
			if w.History[o.ID], err = read[[]Step](s.Order, "/v1/orders/"+o.ID+"/events"); err != nil {
				return w, err
			}
			if w.Published[o.ID], err = s.Published(o.ID); err != nil {
				return w, err
			}
		}
	}
	return w, nil
}

func read[T any](c Client, path string) (v T, err error) {
	a, err := c.Try(http.MethodGet, path, nil)
	if err != nil {
		return v, err
	}
	if a.Status != http.StatusOK {
		return v, fmt.Errorf("%s", a)
	}
	return v, json.Unmarshal(a.Body, &v)
}

// all reads every page of a list.
func all[T any](c Client, path string) ([]T, error) {
	var items []T
	for cursor := ""; ; {
		page, err := read[Page[T]](c, path+cursor)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if page.NextCursor == "" {
			return items, nil
		}
		cursor = "&cursor=" + url.QueryEscape(page.NextCursor)
	}
}

// All reads every page of a list; path has a query.
func All[T any](c Client, path string) []T {
	c.story.T.Helper()
	items, err := all[T](c, path)
	if err != nil {
		c.story.T.Fatal(err)
	}
	return items
}
