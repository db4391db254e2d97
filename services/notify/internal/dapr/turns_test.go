package dapr

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orderly/services/notify/internal/notify"
)

// In whatever order events come, and to whichever replica, messages leave in the
// order of their sequence on each channel, and no later than they could.
func TestMessagesOfAnOrderLeaveInItsOrder(t *testing.T) {
	for seed := range uint64(10) {
		inWorld(t, func(w *world) {
			dice := rand.New(rand.NewPCG(seed, 2))
			var replicas []*notify.Service
			for n := range 2 {
				s, stop := w.start(w.replica(fmt.Sprint(n)))
				defer stop()
				replicas = append(replicas, s)
			}
			w.contact(replicas[0], notify.Email, notify.Webhook)
			var events []notify.Event
			for o := range 30 {
				for i, status := range []string{"confirmed", "paid", "shipped", "delivered"} {
					events = append(events, eventOf(t, fmt.Sprint("o", o), int64(i+1), status))
				}
			}
			dice.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			began := time.Now()
			var wg sync.WaitGroup
			for i, e := range events {
				wg.Go(func() {
					time.Sleep(time.Duration(i) * time.Millisecond)
					w.hear(replicas[i%2], e)
				})
			}
			wg.Wait()
			for w.mail.count() < len(events) || w.hook.count() < len(events) {
				if time.Sleep(100 * time.Millisecond); time.Since(began) > 10*time.Second {
					t.Fatalf("seed %d: %d mails and %d webhooks of %d after 10 s", seed, w.mail.count(), w.hook.count(), len(events))
				}
			}
			for name, out := range map[string]*outbox{"mail": w.mail, "webhook": w.hook} {
				last := map[string]int64{}
				for _, m := range out.sent {
					f := m.Event.Fields()
					if f.Sequence != last[f.OrderID]+1 || m.Late {
						t.Errorf("seed %d: %s %d of %s after %d", seed, name, f.Sequence, f.OrderID, last[f.OrderID])
					}
					last[f.OrderID] = f.Sequence
				}
			}
		})
	}
}

// What waits for a message that does not come leaves when its wait is over. What comes
// after it then is stale: it is sent marked, or not, as its template says.
func TestAMessageWaitsForOneBeforeItForAWhile(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email)
		w.hear(s, eventOf(t, "o", 4, "shipped"))
		time.Sleep(29 * time.Second)
		if w.mail.count() != 0 {
			t.Fatal("did not wait")
		}
		time.Sleep(4 * time.Second)
		w.hear(s, eventOf(t, "o", 2, "paid"))
		w.hear(s, eventOf(t, "o", 3, "cancelled"))
		time.Sleep(time.Minute)
		synctest.Wait()
		want := map[string]string{"o.4": "sent false ", "o.3": "sent true ", "o.2": "suppressed false a newer message was sent"}
		for _, n := range w.list(s, notify.Filter{}) {
			if got := fmt.Sprintf("%s %v %s", n.Status, n.Late, n.Error); got != want[n.EventID] {
				t.Errorf("%s is %s", n.EventID, got)
			}
		}
		if w.mail.count() != 2 || !w.mail.sent[1].Late {
			t.Errorf("%d mails", w.mail.count())
		}
	})
}

// An event that customers are not told of counts: nobody waits for a message of it.
func TestNobodyWaitsForWhatIsNotTold(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email)
		w.hear(s, eventOf(t, "o", 3, "shipped"))
		w.hear(s, eventOf(t, "o", 1, "paid"))
		if errs := s.Pass(context.Background(), []notify.Passed{{Ctx: context.Background(), OrderID: "o", Sequence: 2}}); errs[0] != nil {
			t.Fatal(errs)
		}
		time.Sleep(time.Second)
		if w.mail.count() != 2 {
			t.Errorf("%d mails", w.mail.count())
		}
	})
}

// A message that fails holds up the next of its order for the wait, and no other's.
func TestAMessageThatFailsHoldsUpTheNext(t *testing.T) {
	inWorld(t, func(w *world) {
		w.mail.fail = func(n int) error {
			if n <= 3 { // at once, after 1 s and after 6 s; the next attempt is after 36 s
				return errDown
			}
			return nil
		}
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email)
		w.hear(s, eventOf(t, "o", 1, "confirmed"))
		w.hear(s, eventOf(t, "o", 2, "paid"))
		time.Sleep(28 * time.Second)
		if w.mail.count() != 0 {
			t.Fatal("sent the second before the first")
		}
		time.Sleep(time.Minute)
		got := map[string]string{}
		for _, n := range w.list(s, notify.Filter{}) {
			got[n.EventID] = string(n.Status) + " " + n.Error
		}
		if got["o.2"] != "sent " || got["o.1"] != "suppressed a newer message was sent" {
			t.Error(got)
		}
	})
}
