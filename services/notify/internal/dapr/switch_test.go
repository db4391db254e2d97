package dapr

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"orderly/services/notify/internal/notify"
)

// said is what a list shows of each channel.
func said(list []notify.Notification) map[notify.Channel]string {
	out := map[notify.Channel]string{}
	for _, n := range list {
		out[n.Channel] = fmt.Sprintf("%s %d %s", n.Status, n.Attempts, n.Error)
	}
	return out
}

func TestAChannelThatIsSwitchedOffSuppresses(t *testing.T) {
	inWorld(t, func(w *world) {
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email, notify.Webhook)
		w.switchOff(notify.Email)
		w.hear(s, eventOf(t, "o1", 1, "confirmed"))
		synctest.Wait()
		w.switchOff()
		w.hear(s, eventOf(t, "o2", 1, "confirmed"))
		time.Sleep(time.Minute)
		if got := said(w.list(s, notify.Filter{OrderID: "o1"})); got[notify.Email] != "suppressed 0 email is switched off" || got[notify.Webhook] != "sent 1 " {
			t.Error(got)
		}
		if w.mail.count() != 1 {
			t.Errorf("%d mails: what was suppressed does not come back", w.mail.count())
		}
	})
}

// What waits for another attempt when its channel is switched off must not wait for
// ever: it would be the longest due, and in the way of the others.
func TestWhatWaitsOnAChannelThatIsSwitchedOffIsSuppressed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.mail.fail = func(int) error { return errDown }
		s, stop := w.start(w.store)
		defer stop()
		w.contact(s, notify.Email, notify.Webhook)
		w.hear(s, eventOf(t, "o1", 1, "confirmed"))
		synctest.Wait()
		w.switchOff(notify.Email)
		time.Sleep(10 * time.Second)
		if got := said(w.list(s, notify.Filter{OrderID: "o1"})); got[notify.Email] != "suppressed 1 email is switched off" || got[notify.Webhook] != "sent 1 " {
			t.Error(got)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if last := w.seen[len(w.seen)-1]; last.Status != notify.Suppressed || last.Channel != notify.Email {
			t.Errorf("observed last: %+v", last)
		}
	})
}
