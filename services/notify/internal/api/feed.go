package api

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/notify"
)

const (
	heartbeat = 15 * time.Second // shorter than proxies take for a dead connection
	joinTime  = time.Second      // until a feed is live; longer when the store is away
)

// feed streams what is told, from after Last-Event-ID on; without it, from now
// on. A stream that breaks off is resumed by the client.
func (a *API) feed(w http.ResponseWriter, r *http.Request) error {
	filter, after, err := readWatch(r)
	if err != nil {
		return err
	}
	joining, cancel := context.WithTimeout(r.Context(), joinTime)
	defer cancel()
	watch, err := a.Feed.Watch(joining, filter, after)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies that know it pass each message on at once
	err = a.Frame.Detach(w, r, func(ctx context.Context, conn net.Conn) {
		defer watch.Leave()
		if err := a.stream(ctx, &stream{conn: conn}, watch); err != nil && ctx.Err() == nil {
			a.Frame.Log.WarnContext(ctx, "feed broke off", "error", err.Error())
		}
	})
	if err != nil {
		watch.Leave()
	}
	return err
}

// stream sends what a watch has until either side leaves.
func (a *API) stream(ctx context.Context, s *stream, watch notify.Watch) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	s.out.WriteString("retry: 2000\n\n")
	if err := s.flush(); err != nil {
		return err
	}
	given := int64(0) // position of the last line that the client was told of
	for {
		lines, upTo, more, err := watch.Lines(ctx)
		if err != nil {
			return err
		}
		if len(lines) > 0 {
			given = lines[len(lines)-1].Pos
			if err := s.sendAll(lines); err != nil {
				return err
			}
		}
		if more && ctx.Err() == nil {
			select {
			case <-a.Frame.Leaving():
				return nil
			default:
				continue
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.Frame.Leaving():
			return nil
		case <-watch.Woken():
		case <-beat.C:
			// Where lines were passed over the client's last event id moves behind them: an id without data is no
			// message, and a client that comes back does not read them again.
			id := int64(0)
			if upTo > given {
				id, given = upTo, upTo
			}
			if err := s.alive(id); err != nil {
				return err
			}
		}
	}
}

// readWatch reads what is wanted, and after which position; negative is from now on.
func readWatch(r *http.Request) (filter notify.FeedFilter, after int64, err error) {
	q := r.URL.Query()
	filter = notify.FeedFilter{CustomerID: q.Get("customerId"), OrderID: q.Get("orderId")}
	if err := wire.KnownQuery(r, "customerId", "orderId", "lastEventId"); err != nil {
		return filter, 0, err
	}
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = q.Get("lastEventId")
	}
	if last == "" {
		return filter, -1, nil
	}
	after, err = strconv.ParseInt(last, 10, 64)
	if err != nil || after < 0 {
		return filter, 0, wire.Invalid(problem.Field{Field: "Last-Event-ID", Rule: "id", Message: "must be the id of a message of this feed, or 0 for all there is"})
	}
	return filter, after, nil
}
