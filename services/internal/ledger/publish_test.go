package ledger

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"orderly/services/internal/event"
	"orderly/services/internal/settings"
)

func accept(context.Context, string, []event.Event) error { return nil }

func TestPublishesAreApart(t *testing.T) {
	const long = time.Hour
	for name, c := range map[string]struct {
		waiting, more int           // events at first, and 30 ms later
		since         time.Duration // the end of the last publish
		waits         time.Duration
	}{
		"a lone event leaves at once":            {waiting: 1, since: long, waits: 0},
		"the next one waits for others":          {waiting: 1, waits: 100 * time.Millisecond},
		"what has waited waits no longer":        {waiting: 1, since: 60 * time.Millisecond, waits: 40 * time.Millisecond},
		"many wait less":                         {waiting: 32, waits: 20 * time.Millisecond},
		"few that become many leave when due":    {waiting: 1, more: 31, waits: 30 * time.Millisecond},
		"few that become some wait all the time": {waiting: 1, more: 30, waits: 100 * time.Millisecond},
		"as many as leave together do not wait":  {waiting: 200, waits: 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRelay(&Book{o: Options{Limits: settings.Fixed(Limits{Published: 200}), Publish: accept}})
				r.hear(&page{N: 1, News: make([]news, c.waiting)})
				go func() {
					time.Sleep(30 * time.Millisecond)
					r.hear(&page{N: 2, News: make([]news, c.more)})
				}()
				began := time.Now()
				r.gather(t.Context(), began.Add(-c.since))
				assert.Equal(t, c.waits, time.Since(began))
				time.Sleep(30 * time.Millisecond) // for the goroutine
			})
		})
	}
}

func TestNobodyWaitsForAPublishAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(&Book{o: Options{Limits: settings.Fixed(Limits{Published: 200})}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		began := time.Now()
		r.gather(ctx, began)
		assert.Equal(t, time.Millisecond, time.Since(began))
	})
}

// A broker that takes no more than 20 events within the sidecar's time gets all in the end, and full publishes again when it is faster.
func TestAPublishThatFailsIsFollowedByASmallerOne(t *testing.T) {
	r := newRelay(&Book{o: Options{Limits: settings.Fixed(Limits{Published: 200}), Publish: accept}})
	sent := func(waiting, within int) (sizes []int) {
		p := &page{N: r.heard + 1}
		for i := range waiting {
			p.News = append(p.News, news{Topic: "orders", Event: event.Event{Subject: strconv.Itoa(i)}})
		}
		r.hear(p)
		for len(sizes) < 100 {
			_, events, begun := r.next(p.N)
			if len(events) == 0 {
				break
			}
			var err error
			if len(events) > within {
				err = context.DeadlineExceeded
			}
			r.ended(begun, len(events), err)
			sizes = append(sizes, len(events))
		}
		return sizes
	}
	assert.Equal(t, []int{100, 50, 25, 12, 16, 21, 10, 13, 17, 22, 11, 14, 7}, sent(100, 20))
	assert.Len(t, sent(1000, 0), 100) // it is away
	back := sent(1000, 1000)
	assert.Equal(t, []int{1, 2, 3, 4, 6, 8, 11, 14}, back[:8])
	assert.Equal(t, 200, slices.Max(back))
}
