package harness

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Patience is how long a story waits for a fact that should be true in a moment. It is long because the machine may be
// busy with other stories; a limit that is part of a promise is checked by its story.
const Patience = 3 * time.Minute

// A fact is asked for at once, soon again, and then less and less often, and never most of the time: asking is work for a
// machine that is busy.
const (
	poll     = 15 * time.Millisecond
	slowPoll = 200 * time.Millisecond
	longPoll = time.Second
)

// Until polls until fact returns nil, and fails the story with its last error when that takes longer than Patience.
func (s *Story) Until(what string, fact func() error) {
	s.T.Helper()
	s.Within(Patience, what, fact)
}

// Within is Until with a limit of its own.
func (s *Story) Within(limit time.Duration, what string, fact func() error) {
	s.T.Helper()
	if err := wait(limit, fact); err != nil {
		s.T.Fatalf("waited %s in vain until %s: %v", limit, what, err)
	}
}

func wait(limit time.Duration, fact func() error) error {
	deadline := time.Now().Add(limit)
	for pause := poll; ; pause = min(pause*5/4, slowPoll) {
		asked := time.Now()
		err := fact()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(max(pause, min(2*time.Since(asked), longPoll)))
	}
}

// Promptly is Until for a limit that is part of a promise. What holds up the questions, which are asked every 50 ms, holds up
// the process that is asked as well, once when it acts and once when it answers: so twice the longest hold-up is allowed on
// top of the limit. On a machine that is not busy that is some milliseconds.
func (s *Story) Promptly(limit time.Duration, what string, fact func() error) {
	s.T.Helper()
	if took, allowed, err := promptly(limit, fact); err != nil || took > allowed {
		s.T.Errorf("it took %s until %s, and may take %s, hold-ups included: %v", took, what, allowed, err)
	}
}

func promptly(limit time.Duration, fact func() error) (took, allowed time.Duration, err error) {
	const every = 50 * time.Millisecond
	began := time.Now()
	for allowed = limit; ; {
		asked := time.Now()
		if err = fact(); err == nil || time.Since(began) > limit+Patience {
			return asked.Sub(began), allowed, err
		}
		time.Sleep(every)
		allowed = max(allowed, limit+2*(time.Since(asked)-every))
	}
}

// Together runs n copies of do at once and waits for all of them.
func Together(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

// Expect returns an error unless got is want: for facts that are waited for.
func Expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v, not %v", what, got, want)
	}
	return nil
}

// Stays fails the story if a fact does not stay true for a while: for things that must not happen.
func (s *Story) Stays(while time.Duration, what string, fact func() error) {
	s.T.Helper()
	for end := time.Now().Add(while); time.Now().Before(end); time.Sleep(slowPoll) {
		if err := fact(); err != nil {
			s.T.Fatalf("it did not stay true that %s: %v", what, err)
		}
	}
}

// soak is how long something that must not happen is given to happen.
const soak = 2 * time.Second

// toldEachWay says whether a customer was told of something on every channel of the contact.
func (s *Story) toldEachWay(told []Notification) error {
	a := s.Notify.Get("/v1/customers/" + told[0].CustomerID + "/contact")
	if a.Status == http.StatusNotFound {
		return nil
	}
	for _, channel := range As[struct{ Channels []string }](a).Channels {
		if !slices.ContainsFunc(told, func(n Notification) bool { return n.Channel == channel }) {
			return fmt.Errorf("nothing was told by %s", channel)
		}
	}
	return nil
}

// Once waits until the customer was told exactly once of each event of the orders, on each channel, and sees that it
// stays so. One channel may be done before another begins.
func (s *Story) Once(orderIDs ...string) {
	s.T.Helper()
	told := func() {
		s.T.Helper()
		for _, id := range orderIDs {
			history := s.History(id)
			s.Until("the customer was told of each step once", func() error {
				told := s.Notifications(id)
				if err := ToldOnce(history, told); err != nil {
					return err
				}
				return s.toldEachWay(told)
			})
		}
	}
	told()
	s.Stays(soak, "the customer is told of no step twice", func() error {
		for _, id := range orderIDs {
			if err := notTwice(s.Notifications(id)); err != nil {
				return err
			}
		}
		return nil
	})
	told()
}
