package harness

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Feed is an open stream of server-sent events.
type Feed struct {
	story   *Story
	entries chan Said
	Close   context.CancelFunc
}

// Said is one server-sent event.
type Said struct {
	ID, Event string
	Data      json.RawMessage
}

// Follow opens the feed of notify, after the event with id last if that is not empty.
func (s *Story) Follow(query, last string) *Feed {
	s.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s.T.Cleanup(cancel)
	req, _, err := s.Notify.request(http.MethodGet, "/v1/feed?"+query, nil, []string{"Accept", "text/event-stream"})
	if err != nil {
		s.T.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	silent := time.AfterFunc(Patience, cancel)
	res, err := (&http.Client{Transport: wire.Transport}).Do(req.WithContext(ctx)) //nolint:bodyclose // read closes it; there is no timeout, as it never ends
	if err != nil {
		s.T.Fatalf("the feed does not open: %v", err)
	}
	silent.Stop()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		s.T.Fatalf("feed: %s, %s", res.Status, kind)
	}
	s.Notify.note("GET /v1/feed")
	f := &Feed{story: s, entries: make(chan Said, 1000), Close: cancel}
	go f.read(res)
	return f
}

func (f *Feed) read(res *http.Response) {
	defer res.Body.Close()
	defer close(f.entries)
	var e Said
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "":
			if len(e.Data) > 0 {
				f.entries <- e
			}
			e = Said{}
		case name == "id":
			e.ID = value
		case name == "event":
			e.Event = value
		case name == "data":
			e.Data = append(e.Data, value...)
		}
	}
}

// Next is the next event of the feed.
func (f *Feed) Next() Said {
	f.story.T.Helper()
	select {
	case e, open := <-f.entries:
		if !open {
			f.story.T.Fatal("the feed has ended")
		}
		return e
	case <-time.After(Patience):
		f.story.T.Fatal("the feed says nothing")
	}
	return Said{}
}
