package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// screen shows how far the run is: on a terminal one line that is written anew, elsewhere a line every few seconds.
type screen struct {
	out      *os.File
	terminal bool
	began    time.Time
	mu       sync.Mutex
}

func newScreen(out *os.File) *screen {
	info, err := out.Stat()
	return &screen{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, began: time.Now()}
}

// say prints a line that stays.
func (s *screen) say(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, "%s%s\n", s.restart(), line)
}

// during shows what is going on, and its state if there is one, until the returned function is called.
func (s *screen) during(what string, state func(since time.Duration) string) (done func()) {
	every := 5 * time.Second
	if s.terminal {
		every = 200 * time.Millisecond
	}
	began, stop := time.Now(), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				s.show(what, time.Since(began), state)
			}
		}
	})
	return func() {
		close(stop)
		wg.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		fmt.Fprint(s.out, s.restart())
	}
}

func (s *screen) show(what string, since time.Duration, state func(time.Duration) string) {
	text := fmt.Sprintf("%4.0f s  %s … %.0f s", time.Since(s.began).Seconds(), what, since.Seconds())
	if state != nil {
		text += ", " + state(since)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.terminal {
		fmt.Fprint(s.out, s.restart(), text)
	} else {
		fmt.Fprintln(s.out, text)
	}
}

func (s *screen) restart() string {
	if s.terminal {
		return "\r\x1b[K"
	}
	return ""
}
