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
// has its own: a webhook that never answers holds up no mail. What is new and what
// waited in the store have a lane each, and are sent in turns: neither waits for
// the other's queue.
type desk struct {
	Outlet
	fresh, waited lane
	left          atomic.Bool // some of its messages were left in the store
	turn          sync.Mutex
}

// lane is leased messages that wait for a hand.
type lane struct {
	queue    chan *job
	promised atomic.Int64 // places in queue for messages that are being leased
}

func newDesk(o Outlet) *desk {
	d := &desk{Outlet: o}
	d.fresh.queue, d.waited.queue = make(chan *job, queueSize), make(chan *job, queueSize)
	return d
}

// room is how many messages more there are places for.
func (l *lane) room() int { return queueSize - len(l.queue) - int(l.promised.Load()) }

// lane returns the one for what waited in the store, or for what is new.
func (d *desk) lane(waited bool) *lane {
	if waited {
		return &d.waited
	}
	return &d.fresh
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
	told    Told
	until   time.Time
	release func() // of its story, see Store.Hold
}

// queueSize is how many leased messages wait for a hand in a lane at most; others
// stay due in the store.
const queueSize = 256

// offer returns for each channel that has a component how long a lease on it
// lasts: zero, which is none, when its lane has no room for n messages more. What
// is offered is held back until close.
func (s *Service) offer(waited bool, n int, lease time.Duration) map[Channel]time.Duration {
	out := make(map[Channel]time.Duration, len(s.desks))
	for ch, d := range s.desks {
		l := d.lane(waited)
		if l.promised.Add(int64(n))+int64(len(l.queue)) <= queueSize {
			out[ch] = lease
			continue
		}
		l.promised.Add(int64(-n))
		d.left.Store(true)
		out[ch] = 0
	}
	return out
}

// close gives back what was offered to n messages; those that took it are on
// their desks.
func (s *Service) close(waited bool, offered map[Channel]time.Duration, n int) {
	for ch, lease := range offered {
		d := s.desks[ch]
		l := d.lane(waited)
		if lease > 0 && l.promised.Add(int64(-n)) == 0 && len(l.queue) == 0 && d.left.Swap(false) {
			s.ask() // nobody at this desk will
		}
	}
}

// room is how many messages that waited in the store the desk of a queue with most
// room for them takes. Desks with none ask for more when they have. Where there is no
// desk, what is due is only looked at: its channel may be switched off by now.
func (s *Service) room(q Queue) int {
	most, desks := 0, 0
	for ch, d := range s.desks {
		if ch.queue() != q {
			continue
		}
		desks++
		room := d.waited.room()
		if room < queueSize/2 {
			d.left.Store(true)
		}
		most = max(most, room)
	}
	if desks == 0 {
		return queueSize
	}
	return most
}

// ask has fetch look for what was left in the store.
func (s *Service) ask() {
	select {
	case s.empty <- struct{}{}:
	default:
	}
}

// dispatch lays notices that were leased just now on their desks. One that finds no
// room there comes due again when its lease ends.
func (s *Service) dispatch(waited bool, a Answer, now time.Time, lease map[Channel]time.Duration) {
	for _, t := range append([]Told{a.Told}, a.Also...) {
		for _, ch := range t.leased(now, lease) {
			j := s.job(t, ch)
			select {
			case s.desks[ch].lane(waited).queue <- j:
			default:
				j.release()
			}
		}
	}
}

func (s *Service) job(t Told, ch Channel) *job {
	return &job{told: t, until: t.notice(ch).Due, release: s.store.Hold(t.f.Event.OrderID)}
}
