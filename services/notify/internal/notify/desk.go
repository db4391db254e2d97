package notify

import (
	"sync"
	"sync/atomic"
	"time"
)

// Outlet is a Sender and how many of its sendings may run side by side.
type Outlet struct {
	Sender     Sender
	SideBySide int
	Alone      func() bool // asked before each: true while only one may run at a time; nil is never
}

// desk is where the messages of one channel wait for a free hand. Each channel
// has its own: a webhook that never answers holds up no mail.
type desk struct {
	Outlet
	queue    chan *job
	promised atomic.Int64 // places in queue for messages that are being leased
	left     atomic.Bool  // some of its messages were left in the store
	turn     sync.Mutex
}

// take waits for the turn of a sending, where they have to take turns.
func (d *desk) take() (done func()) {
	if d.Alone == nil || !d.Alone() {
		return func() {}
	}
	d.turn.Lock()
	return d.turn.Unlock
}

// job is a message to send before the lease on it ends.
type job struct {
	told  Told
	until time.Time
}

// queueSize is how many leased messages wait for a hand at most; others stay
// due in the store.
const queueSize = 512

// offer returns for each channel that has a component how long a lease on it
// lasts: zero, which is none, when its desk has no room for n messages more. What
// is offered is held back until close.
func (s *Service) offer(n int, lease time.Duration) map[Channel]time.Duration {
	out := make(map[Channel]time.Duration, len(s.desks))
	for ch, d := range s.desks {
		if d.promised.Add(int64(n))+int64(len(d.queue)) <= queueSize {
			out[ch] = lease
			continue
		}
		d.promised.Add(int64(-n))
		d.left.Store(true)
		out[ch] = 0
	}
	return out
}

// close gives back what was offered to n messages; those that took it are on
// their desks.
func (s *Service) close(offered map[Channel]time.Duration, n int) {
	for ch, lease := range offered {
		if d := s.desks[ch]; lease > 0 && d.promised.Add(int64(-n)) == 0 && len(d.queue) == 0 && d.left.Swap(false) {
			s.ask() // nobody at this desk will
		}
	}
}

// ask has fetch look for what was left in the store.
func (s *Service) ask() {
	select {
	case s.empty <- struct{}{}:
	default:
	}
}

// dispatch lays leased notices on their desks. One that finds no room there
// comes due again when its lease ends.
func (s *Service) dispatch(t Told, channels []Channel) {
	for _, ch := range channels {
		select {
		case s.desks[ch].queue <- &job{told: t, until: t.notice(ch).Due}:
		default:
		}
	}
}
