package notify

import (
	"errors"
	"time"
)

// ErrNothingToDo says that a change would change nothing: somebody else was there.
var ErrNothingToDo = errors.New("nothing to do")

// lease takes the notices that are due: until now+hold they are ours to send. A
// lease that ran out was left by a crash, or never begun; its message may have
// been sent, so it is at worst sent twice. Those whose channel was switched off are
// suppressed.
func (t Told) lease(now time.Time, hold map[Channel]time.Duration, rules Rules) (Told, error) {
	t = t.clone()
	taken := false
	for i := range t.f.Notices {
		n := &t.f.Notices[i]
		if n.Status != Pending || n.Due.After(now) {
			continue
		}
		if rules.off(n.Channel) {
			n.Status, n.At, n.Error = Suppressed, now, switchedOff(n.Channel)
			taken = true
		} else if d := hold[n.Channel]; d > 0 {
			n.Due = now.Add(d)
			taken = true
		}
	}
	if !taken {
		return t, ErrNothingToDo
	}
	t.forget()
	return t, nil
}

// switchedOff lists what lease suppressed just now.
func (t Told) switchedOff(now time.Time) []Notification {
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
	for _, n := range t.f.Notices {
		if d := hold[n.Channel]; d > 0 && n.Status == Pending && n.Due.Equal(now.Add(d)) {
			out = append(out, n.Channel)
		}
	}
	return out
}
