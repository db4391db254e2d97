package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Judge looks at everything the traffic touched until it all adds up, and fails the story when it does not within a
// minute.
func (s *Story) Judge(t *Traffic) {
	s.T.Helper()
	attempts := t.End()
	s.Within(time.Minute, "everything adds up", func() error {
		w, err := s.look(t)
		return errors.Join(err, w.Verdict(attempts))
	})
	s.T.Logf("judged %d orders", len(attempts))
}

// look reads the world over the API, and the published events from the probe.
func (s *Story) look(t *Traffic) (World, error) {
	w := World{
		Received: t.received, Units: map[string]Units{}, Orders: map[string]Order{}, History: map[string][]Step{},
		Published: map[string][]json.RawMessage{}, Told: map[string][]Notification{},
	}
	for _, sku := range t.skus {
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
