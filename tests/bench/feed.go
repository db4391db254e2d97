package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// told is a line of notify's feed: an event of an order that notify has handled.
type told struct {
	OrderID    string
	CustomerID string
	At         time.Time // when order decided it
}

// follow listens to notify's feed from now on, until ctx ends; heard is called for each line, at once. It returns when
// the feed is open. A feed that breaks off is resumed.
func (s *system) follow(ctx context.Context, query string, heard func(arrived time.Time, t told)) error {
	res, err := s.openFeed(ctx, query, "") //nolint:bodyclose // listen closes it
	if err != nil {
		return err
	}
	go func() {
		last := ""
		for ctx.Err() == nil {
			if err == nil {
				last = listen(res, last, heard)
			}
			wait(ctx, time.Now().Add(100*time.Millisecond))
			res, err = s.openFeed(ctx, query, last) //nolint:bodyclose // listen closes it
		}
	}()
	return nil
}

func (s *system) openFeed(ctx context.Context, query, last string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.AppURL("notify")+"/v1/feed?"+query, nil)
	if err != nil {
		return nil, err
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	if err == nil && res.StatusCode != http.StatusOK {
		res.Body.Close()
		err = fmt.Errorf("the feed answers %s", res.Status)
	}
	return res, err
}

// listen reads a feed to its end and returns the id of its last line.
func listen(res *http.Response, last string, heard func(time.Time, told)) string {
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	for lines.Scan() {
		line := lines.Bytes()
		if id, found := bytes.CutPrefix(line, []byte("id: ")); found {
			last = string(id)
		}
		data, found := bytes.CutPrefix(line, []byte("data: "))
		if !found {
			continue
		}
		arrived := time.Now()
		var t told
		if json.Unmarshal(data, &t) == nil {
			heard(arrived, t)
		}
	}
	return last
}

// catchUp places one more order and waits until notify has handled it: it is behind everything before it. A few events
// that are handled side by side with it may still be under way.
func (s *system) catchUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 15*time.Minute, errors.New("notify has not caught up within 15 minutes"))
	defer cancel()
	s.ringers++
	customer, body := s.shelf.ring(s.ringers)
	rung := make(chan struct{}, 1)
	err := s.follow(ctx, "customerId="+customer, func(time.Time, told) {
		select {
		case rung <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return err
	}
	for tries := 1; ; tries++ {
		err := call(ctx, http.MethodPost, s.AppURL("order")+"/v1/orders", "application/json", body, http.StatusCreated, nil)
		if err == nil {
			s.shelf.held[bell].Add(1)
			break
		}
		s.shelf.maybe[bell].Add(1)
		if tries == 20 || !wait(ctx, time.Now().Add(time.Second)) {
			return fmt.Errorf("no order was possible after the load: %w", err)
		}
	}
	select {
	case <-rung:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
