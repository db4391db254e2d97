package dapr

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orderly/services/notify/internal/notify"
)

func TestAnEventIsToldOnceOnEachChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		w.contact(s, notify.Email, notify.SMS, notify.Webhook)
		e := eventOf(t, "o1", 1, "confirmed")
		w.hear(s, e)
		w.hear(s, e)
		synctest.Wait()
		stop()
		if w.mail.count() != 1 || w.hook.count() != 1 {
			t.Errorf("%d mails, %d webhooks", w.mail.count(), w.hook.count())
		}
		want := map[notify.Channel]string{notify.Email: "sent 1 ", notify.Webhook: "sent 1 ", notify.SMS: "suppressed 0 no sms component"}
		got := w.list(s, notify.Filter{OrderID: "o1"})
		if len(got) != 3 || len(w.seen) != 3 {
			t.Fatalf("listed %d, observed %d", len(got), len(w.seen))
		}
		for _, n := range got {
			if said := fmt.Sprintf("%s %d %s", n.Status, n.Attempts, n.Error); said != want[n.Channel] {
				t.Errorf("%s: %s", n.Channel, said)
			}
			if n.TraceID != "4bf92f3577b34da6a3ce929d0e0e4736" || n.EventID != "o1.1" || n.Template != "confirmed" {
				t.Errorf("%+v", n)
			}
		}
	})
}

func TestANewContactDoesNotTellAnOldEventAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		defer stop()
		e := eventOf(t, "o1", 1, "confirmed")
		w.hear(s, e)
		w.contact(s, notify.Email, notify.Webhook)
		w.hear(s, e)
		synctest.Wait()
		got := w.list(s, notify.Filter{})
		if len(got) != 1 || got[0].Error != "no contact" || got[0].Status != notify.Suppressed || w.mail.count()+w.hook.count() != 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestWhoWantsNoMessagesGetsNone(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s)
		w.hear(s, eventOf(t, "o1", 1, "confirmed"))
		if got := w.list(s, notify.Filter{}); len(got) != 1 || got[0].Error != "customer wants no messages" || got[0].Channel != notify.Email {
			t.Errorf("%+v", got)
		}
	})
}

func TestConcurrentDeliveriesToSeveralReplicasSendOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		var replicas []*notify.Service
		for n := range 3 {
			s, stop := w.start(w.replica(fmt.Sprint(n)))
			defer stop()
			replicas = append(replicas, s)
		}
		w.contact(replicas[0], notify.Email)
		var wg sync.WaitGroup
		for n := range 20 {
			e := eventOf(t, "o1", int64(n+1), "paid")
			for i := range 9 {
				wg.Go(func() { w.hear(replicas[i%3], e) })
			}
		}
		wg.Wait()
		time.Sleep(2 * time.Minute)
		if w.mail.count() != 20 || len(w.list(replicas[1], notify.Filter{Status: notify.Sent})) != 20 {
			t.Errorf("%d mails for 20 events", w.mail.count())
		}
	})
}

func TestACrashAfterTheClaimIsTakenOverWhenItsLeaseEnds(t *testing.T) {
	inWorld(t, func(w *world) {
		dead := w.service(w.replica("dead")) // it never runs: what it claims stays claimed
		w.contact(dead, notify.Email)
		w.hear(dead, eventOf(t, "o1", 1, "confirmed"))
		s, stop := w.start(w.store)
		defer stop()
		w.hear(s, eventOf(t, "o1", 1, "confirmed")) // the redelivery after the crash
		time.Sleep(29 * time.Second)
		if w.mail.count() != 0 || len(w.list(s, notify.Filter{})) != 0 {
			t.Error("sent, or shown, under another's lease")
		}
		time.Sleep(5 * time.Second)
		if got := w.list(s, notify.Filter{}); w.mail.count() != 1 || len(got) != 1 || got[0].Status != notify.Sent {
			t.Errorf("%d mails, %+v", w.mail.count(), got)
		}
	})
}

func TestAFailingSenderIsTriedSixTimesWithPauses(t *testing.T) {
	inWorld(t, func(w *world) {
		w.mail.fail = func(int) error { return errDown }
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email)
		w.hear(s, eventOf(t, "o1", 1, "confirmed"))
		time.Sleep(3 * time.Second)
		got := w.list(s, notify.Filter{Status: notify.Failed})
		if len(got) != 1 || got[0].Attempts != 2 || got[0].Error != "the mail server did not accept the message; will be retried" {
			t.Fatalf("%+v", got)
		}
		time.Sleep(20 * time.Minute)
		got = w.list(s, notify.Filter{})
		if got[0].Status != notify.Failed || got[0].Attempts != 6 || strings.Contains(got[0].Error, "retried") || strings.Contains(got[0].Error, "alice") {
			t.Errorf("%+v", got[0])
		}
		for i, pause := range []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute} {
			if took := w.mail.at[i+1].Sub(w.mail.at[i]); took < pause || took > pause+2*time.Second {
				t.Errorf("pause %d was %s", i, took)
			}
		}
		if len(w.mail.at) != 6 {
			t.Errorf("%d attempts", len(w.mail.at))
		}
		doc := string(w.state.Docs()["doc:"+storyKey("o1")].Value)
		if !strings.Contains(doc, "confirmed") || strings.Contains(doc, "alice@example.com") || strings.Contains(doc, "tea") {
			t.Errorf("a settled notification keeps %s", doc)
		}
	})
}

func TestADeadWebhookHoldsUpNoMail(t *testing.T) {
	inWorld(t, func(w *world) {
		w.hook.fail = func(int) error { return errDown }
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email, notify.Webhook)
		for n := range 300 {
			w.hear(s, eventOf(t, fmt.Sprintf("o%d", n), 1, "confirmed"))
		}
		time.Sleep(5 * time.Second)
		if w.mail.count() != 300 {
			t.Errorf("%d of 300 mails", w.mail.count())
		}
	})
}

func TestMoreThanTheDeskHoldsIsSentToo(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.service(w.store)
		w.contact(s, notify.Email)
		for n := range 600 { // nobody sends yet
			w.hear(s, eventOf(t, fmt.Sprintf("o%d", n), 1, "confirmed"))
		}
		_, stop := w.start(w.store)
		defer stop()
		time.Sleep(40 * time.Second) // what nobody sent was leased
		if got := w.mail.count(); got != 600 {
			t.Errorf("%d of 600 mails", got)
		}
	})
}

func TestAPanicOfASenderIsAFailedAttempt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.mail.fail = func(n int) error {
			if n == 1 {
				panic("a bad template")
			}
			return nil
		}
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email)
		w.hear(s, eventOf(t, "o1", 1, "confirmed"))
		time.Sleep(5 * time.Second)
		if got := w.list(s, notify.Filter{}); got[0].Status != notify.Sent || got[0].Attempts != 2 {
			t.Errorf("%+v", got[0])
		}
	})
}

// Whatever fails on the way, and in whatever order events come, each is sent:
// once, or again only when it was not known whether it was sent.
func TestAnUnreliableStoreAndAShuffledOrderLoseNothing(t *testing.T) {
	for seed := range uint64(10) {
		inWorld(t, func(w *world) {
			dice := rand.New(rand.NewPCG(seed, 1))
			var mu sync.Mutex
			lost := errors.New("the store did not answer")
			broken := false
			w.state.Fault = func(string, []string) error {
				mu.Lock()
				defer mu.Unlock()
				if broken && dice.IntN(10) == 0 {
					return lost
				}
				return nil
			}
			roll := func(n int) int { mu.Lock(); defer mu.Unlock(); return dice.IntN(n) }
			breaks := func(is bool) { mu.Lock(); defer mu.Unlock(); broken = is }
			s, stop := w.start(w.store)
			defer stop()
			w.contact(s, notify.Email)
			order := dice.Perm(12)
			breaks(true)
			for _, n := range order {
				e := eventOf(t, "o1", int64(n+1), "paid")
				for s.Hear(context.Background(), e) != nil || roll(3) == 0 { // the broker brings it again
					time.Sleep(100 * time.Millisecond)
				}
			}
			time.Sleep(10 * time.Minute)
			breaks(false)
			time.Sleep(10 * time.Minute)
			got := w.list(s, notify.Filter{OrderID: "o1", Status: notify.Sent})
			if len(got) != 12 {
				t.Errorf("seed %d: %d of 12 sent", seed, len(got))
			}
			lines, err := NewFeed(w.store.book, nil, nil).Read(context.Background(), 0, 100)
			if err != nil || len(lines) != 12 {
				t.Fatalf("seed %d: feed has %d lines, %v", seed, len(lines), err)
			}
			newest := int64(0)
			for _, l := range lines {
				if l.Late != (l.Sequence < newest) {
					t.Errorf("seed %d: %d after %d is late: %v", seed, l.Sequence, newest, l.Late)
				}
				newest = max(newest, l.Sequence)
			}
		})
	}
}
