package notify

import (
	"context"
	"testing"
	"time"
)

type nobody struct{}

func (nobody) Send(context.Context, Message) (string, error) { return "", nil }

func TestADeskOffersNoMoreThanItHolds(t *testing.T) {
	s := NewService(nil, map[Channel]Outlet{Email: {Sender: nobody{}, SideBySide: 1}}, nil, time.Now, nil)
	all := s.offer(false, queueSize, time.Minute)
	if all[Email] != time.Minute {
		t.Error("an empty desk offers nothing")
	}
	none := s.offer(false, 1, time.Minute)
	if hold, open := none[Email]; !open || hold != 0 {
		t.Errorf("a full desk offers %v", none)
	}
	s.close(false, none, 1)
	select {
	case <-s.empty:
		t.Error("asked for what was left while the desk is being filled")
	default:
	}
	s.close(false, all, queueSize)
	select {
	case <-s.empty: // nothing was taken of what was held back
	default:
		t.Error("nobody asks for what was left")
	}
	if some := s.offer(false, queueSize, time.Minute); some[Email] != time.Minute {
		t.Error("what was given back is not offered again")
	}
	if one := s.offer(false, 1, time.Minute); len(one) != 1 || one[Email] != 0 {
		t.Errorf("%v", one)
	}
}

func TestSendingsTakeTurnsWhereTheyMust(t *testing.T) {
	alone := false
	d := &desk{Outlet: Outlet{Alone: func() bool { return alone }}}
	first, second := d.take(), d.take() // side by side
	first()
	second()

	alone = true
	done := d.take()
	next := make(chan struct{})
	go func() {
		d.take()()
		close(next)
	}()
	select {
	case <-next:
		t.Error("two at once")
	case <-time.After(20 * time.Millisecond):
	}
	done()
	<-next
}
