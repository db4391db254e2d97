package dapr

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"orderly/services/notify/internal/notify"
)

// Notifications in a status are those that say so of themselves, newest first, however many others there are; also
// for a replica that begins when all is written, and when none of it is.
func TestNotificationsByStatus(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		w.contact(s, notify.Email)
		for i := range 150 {
			if i%10 == 3 {
				w.switchOff(notify.Email)
			}
			w.hear(s, eventOf(t, fmt.Sprintf("o%03d", i), 1, "confirmed"))
			time.Sleep(time.Second)
			w.switchOff()
		}
		time.Sleep(time.Minute)
		everything := w.pages(s, notify.Filter{}, 200)
		check := func(s *notify.Service) {
			t.Helper()
			for _, status := range []notify.Status{notify.Sent, notify.Suppressed, notify.Failed} {
				var want []string
				for _, n := range everything {
					if n.Status == status {
						want = append(want, n.ID)
					}
				}
				for _, limit := range []int{1, 7, 50, 200} {
					var got []string
					for _, n := range w.pages(s, notify.Filter{Status: status}, limit) {
						got = append(got, n.ID)
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s by %d: listed\n%v, want\n%v", status, limit, got, want)
					}
				}
			}
		}
		check(s)
		stop()
		other, stopOther := w.start(w.replica("b"))
		time.Sleep(time.Minute)
		check(other)
		stopOther()
	})
}

// pages lists page by page.
func (w *world) pages(s *notify.Service, f notify.Filter, limit int) (all []notify.Notification) {
	w.t.Helper()
	for cursor := ""; ; {
		page, next, err := s.Notifications(context.Background(), f, cursor, limit)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, page...)
		if cursor = next; next == "" {
			return all
		}
	}
}

// Dead letters are listed by topic and status, the one that came last first; one that came again is listed once.
func TestDeadLettersByTopicAndStatus(t *testing.T) {
	inWorld(t, func(w *world) {
		d := notify.DeadLetters{Store: w.store, Publisher: Publisher(func(context.Context, string, []byte) error { return nil }), Now: time.Now}
		keep := func(i int) {
			topic := []string{"orders", "stock"}[i%2]
			if err := d.Keep(context.Background(), topic, "app", "poison", fmt.Appendf(nil, `{"n":%d}`, i)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		for i := range 40 {
			keep(i)
		}
		all := func(topic string, status notify.DeadStatus, limit int) (bodies []string, ids []string) {
			for cursor := ""; ; {
				page, next, err := d.List(context.Background(), topic, status, cursor, limit)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range page {
					bodies, ids = append(bodies, string(l.Fields().Body)), append(ids, l.Fields().ID)
				}
				if cursor = next; next == "" {
					return bodies, ids
				}
			}
		}
		_, ids := all("orders", notify.Open, 200)
		if _, err := d.Replay(context.Background(), ids[len(ids)-3], "direct", nil); err != nil { // number 4
			t.Fatal(err)
		}
		keep(4)
		bodies, ids := all("", notify.Open, 7)
		if len(bodies) != 40 || bodies[0] != `{"n":4}` || bodies[1] != `{"n":39}` {
			t.Errorf("open are %v", bodies)
		}
		if _, err := d.Discard(context.Background(), ids[1]); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			topic  string
			status notify.DeadStatus
			want   int
		}{{"", notify.Open, 39}, {"orders", notify.Open, 20}, {"stock", notify.Open, 19}, {"stock", notify.Discarded, 1}, {"orders", notify.Discarded, 0}, {"", "", 40}} {
			for _, limit := range []int{1, 50} {
				if got, _ := all(c.topic, c.status, limit); len(got) != c.want {
					t.Errorf("%q %q: %d, want %d", c.topic, c.status, len(got), c.want)
				}
			}
		}
	})
}

func FuzzPlace(f *testing.F) {
	for _, text := range []string{"", "7 x", "-1 x", "9223372036854775807 ", "1 a b"} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		p, err := openPlace(cursor, "list")
		if err != nil && !errors.Is(err, notify.ErrCursor) {
			t.Fatalf("%q: %v", cursor, err)
		}
		if err == nil && cursor != "" {
			if again, err := openPlace(closePlace(p, "list"), "list"); err != nil || again != p {
				t.Fatalf("%q opens as %v, closed and opened as %v, %v", cursor, p, again, err)
			}
		}
	})
}
