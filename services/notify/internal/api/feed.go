package api

import (
	"net/http"
	"strconv"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/notify"
)

const (
	feedChunk = 200              // lines read at once
	feedPoll  = time.Second      // for what another replica told
	heartbeat = 15 * time.Second // shorter than proxies take for a dead connection
)

// watcher is one who listens to the feed.
type watcher struct {
	customerID, orderID string
	after               int64 // position of the last line looked at
	given               int64 // position of the last line the client was told of
}

// feed streams what is told, from after Last-Event-ID on; without it, from now
// on. A stream that breaks off is resumed by the client.
func (a *API) feed(w http.ResponseWriter, r *http.Request) error {
	who, err := a.readWatcher(r)
	if err != nil {
		return err
	}
	s := openStream(w)
	if err := a.watch(r, s, who); err != nil && r.Context().Err() == nil {
		a.Frame.Log.WarnContext(r.Context(), "feed broke off", "error", err.Error())
	}
	return nil
}

func (a *API) watch(r *http.Request, s stream, who watcher) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	poll := time.NewTicker(feedPoll)
	defer poll.Stop()
	for {
		changed := a.Feed.Changed()
		lines, err := a.Feed.Read(r.Context(), who.after, feedChunk)
		if err != nil {
			return err
		}
		if err := who.tell(s, lines); err != nil {
			return err
		}
		more := make(chan struct{})
		if len(lines) > 0 {
			close(more)
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-a.Frame.Leaving():
			return nil
		case <-beat.C:
			if err := who.beat(s); err != nil {
				return err
			}
		case <-more:
		case <-changed:
		case <-poll.C:
		}
	}
}

// tell sends the lines that are wanted.
func (who *watcher) tell(s stream, lines []notify.Shown) error {
	for _, l := range lines {
		who.after = l.Pos
		if (who.customerID != "" && who.customerID != l.CustomerID) || (who.orderID != "" && who.orderID != l.OrderID) {
			continue
		}
		if err := s.send(l); err != nil {
			return err
		}
		who.given = l.Pos
	}
	return s.flush()
}

// beat shows that the stream lives. When lines were passed over it moves the
// client's last event id behind them: an id without data is no message, and a
// client that comes back does not read them again.
func (who *watcher) beat(s stream) error {
	id := int64(0)
	if who.after > who.given {
		id, who.given = who.after, who.after
	}
	return s.alive(id)
}

func (a *API) readWatcher(r *http.Request) (watcher, error) {
	q := r.URL.Query()
	who := watcher{customerID: q.Get("customerId"), orderID: q.Get("orderId")}
	if err := wire.KnownQuery(r, "customerId", "orderId", "lastEventId"); err != nil {
		return who, err
	}
	end, err := a.Feed.End(r.Context())
	if err != nil {
		return who, err
	}
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = q.Get("lastEventId")
	}
	who.after = end
	if last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < 0 {
			return who, wire.Invalid(problem.Field{Field: "Last-Event-ID", Rule: "id", Message: "must be the id of a message of this feed, or 0 for all there is"})
		}
		who.after = min(n, end)
	}
	who.given = who.after
	return who, nil
}
