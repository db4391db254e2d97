package api

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// listen opens the feed and returns its messages, each as its lines joined by
// a blank; comments and fields without data are passed over.
func (w *world) listen(query, last string) (messages <-chan string, leave func()) {
	w.t.Helper()
	ctx, leave := context.WithCancel(w.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+"/v1/feed"+query, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		w.t.Fatalf("%s %s", resp.Status, resp.Header)
	}
	out := make(chan string, 1000)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		var lines []string
		for in := bufio.NewScanner(resp.Body); in.Scan(); {
			if in.Text() != "" {
				lines = append(lines, in.Text())
				continue
			}
			if m := strings.Join(lines, " "); strings.Contains(m, "data: ") {
				out <- m
			}
			lines = nil
		}
	}()
	return out, leave
}

func next(t *testing.T, messages <-chan string, words ...string) {
	t.Helper()
	select {
	case m := <-messages:
		if !contains(m, words...) {
			t.Errorf("got %s, want %q", m, words)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("nothing came; want %q", words)
	}
}

func TestTheFeedIsLiveAndResumes(t *testing.T) {
	w := newWorld(t)
	w.deliver("/events/orders", orderEvent("old", 1, "paid"))
	all, leave := w.listen("", "")
	mine, _ := w.listen("?orderId=o2", "")
	others, _ := w.listen("?customerId=bob", "")
	w.deliver("/events/orders", orderEvent("o1", 2, "paid"))
	w.deliver("/events/orders", orderEvent("o1", 2, "paid")) // a repeat is not shown
	next(t, all, "id: 2", "event: order.paid.v1", `"orderId":"o1"`, `"customerId":"alice"`, `"status":"paid"`, `"sequence":2`, `"eventId":"o1.2"`)
	w.deliver("/events/orders", orderEvent("o1", 1, "confirmed"), orderEvent("o2", 1, "confirmed"))
	next(t, mine, `"orderId":"o2"`)
	leave()
	w.deliver("/events/orders", orderEvent("o1", 3, "shipped"))
	resumed, _ := w.listen("?orderId=o1", "2")
	next(t, resumed, `"sequence":1`, `"late":true`)
	next(t, resumed, "id: 5", `"sequence":3`)
	again, _ := w.listen("?lastEventId=0", "")
	next(t, again, "id: 1", `"orderId":"old"`)
	select {
	case m := <-others:
		t.Errorf("another's message: %s", m)
	default:
	}
	w.want(400, "GET", "/v1/feed?lastEventId=x", "", "Last-Event-ID")
	w.want(400, "GET", "/v1/feed?order=x", "", "unknown-parameter")
}

func TestARareFilterFindsItsMessageFarBehind(t *testing.T) {
	w := newWorld(t)
	w.deliver("/events/orders", orderEvent("rare", 1, "paid"))
	for range 3 {
		for n := 1; n <= 9; n++ {
			var many []any
			for i := range 60 {
				many = append(many, orderEvent("o"+strings.Repeat("x", i), n, "paid"))
			}
			w.deliver("/events/orders", many...)
		}
	}
	w.deliver("/events/orders", orderEvent("rare", 2, "shipped"))
	rare, _ := w.listen("?orderId=rare", "0")
	next(t, rare, "id: 1 ", `"sequence":1`)
	next(t, rare, "id: 542", `"sequence":2`)
}

func TestFeedsHaveLimits(t *testing.T) {
	w := newWorld(t)
	_, leave := w.listen("?customerId=alice", "")
	w.listen("?customerId=alice&orderId=o1", "")
	w.want(429, "GET", "/v1/feed?customerId=alice", "", "too-many-feeds")
	w.listen("?customerId=bob", "") // who is another
	leave()
	w.listen("?orderId=o1", "")
	w.listen("?orderId=o1", "")
	w.want(429, "GET", "/v1/feed?orderId=o1", "", "too-many-feeds")
	for i := range 15 {
		w.listen(fmt.Sprintf("?customerId=c%d", i), "")
	}
	for { // until the feed that was left has been seen to be
		status, _ := w.call("GET", "/v1/notifications", "")
		if status != 200 {
			t.Fatal(status)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+"/v1/feed?customerId=alice", nil)
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		cancel()
		if err == nil && resp.StatusCode == 200 {
			return
		}
	}
}
