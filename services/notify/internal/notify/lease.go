package notify

import (
	"errors"
	"time"
)

// ErrNothingToDo says that a change would change nothing: somebody else was there.
var ErrNothingToDo = errors.New("nothing to do")

// due takes the notices of an event that are due: until the end of their leases
// they are ours to send. A lease that ran out was left by a crash, or never begun;
// its message may have been sent, so it is at worst sent twice. Those whose channel
// was switched off are suppressed.
func (w *turns) due(event string) (Story, []Told, error) {
	for _, n := range w.story.told[w.story.place(event)].f.Notices {
		if n.Status != Pending || n.Due.After(w.now) {
			continue
		}
		w.take(event, n.Channel)
		if w.story.notice(event, n.Channel).Status != Pending {
			w.advance(n.Channel)
		}
	}
	return w.result()
}

// suppressedAt lists what was suppressed just now.
func (t Told) suppressedAt(now time.Time) []Notification {
	var out []Notification
	for _, n := range t.f.Notices {
		if n.Status == Suppressed && n.At.Equal(now) {
			out = append(out, t.show(n))
		}
	}
	return out
}

// leased lists the channels whose lease ends at now+hold: those taken just now.
func (t Told) leased(now time.Time, hold map[Channel]time.Duration) []Channel {
	var out []Channel
	for i := range t.f.Notices {
		n := &t.f.Notices[i]
		if d := hold[n.Channel]; d > 0 && n.leasedAt(now) && n.Due.Equal(now.Add(d)) {
			out = append(out, n.Channel)
		}
	}
	return out
}
