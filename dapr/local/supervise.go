package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// steady is how long a process runs before its end counts as the first one again.
	steady = 30 * time.Second
	// patience is how many quick ends in a row there may be.
	patience = 3
	// firstPause is before the first start anew; each further one in a row is twice as long.
	firstPause = 500 * time.Millisecond
)

// Supervise starts again what ends without being asked, until ctx ends, which it answers with nil at once. It gives up, with
// the end of the log, on a process that ended three times in a row before it had run for 30 s. Each end and each return is
// told to say, a line at a time. Nothing else may read from Died meanwhile. When it returns, it starts nothing any more.
func (s *Stack) Supervise(ctx context.Context, say func(line string)) error {
	ctx, cancel := context.WithCancel(ctx)
	v := supervisor{stack: s, say: say, failed: make(chan Exit), quick: map[string]int{}, away: map[string]chan struct{}{}}
	defer v.starts.Wait()
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return nil
		case dead := <-s.deaths:
			if err := v.ended(ctx, dead); err != nil {
				return err
			}
		case dead := <-v.failed:
			if err := v.ended(ctx, dead); err != nil {
				return err
			}
		}
	}
}

type supervisor struct {
	stack  *Stack
	say    func(string)
	failed chan Exit // of starts that came to nothing
	quick  map[string]int
	starts sync.WaitGroup

	mu   sync.Mutex
	away map[string]chan struct{} // servers that do not take work; closed when they do
}

// ended decides what follows from an end: a start after a pause, or the end of all.
func (v *supervisor) ended(ctx context.Context, dead Exit) error {
	server := slices.Contains(v.stack.Servers(), dead.Process)
	switch {
	case dead.Ran >= steady:
		v.quick[dead.Process] = 0
	case server || len(v.serversAway()) == 0: // what ends because a server is away is not to blame
		v.quick[dead.Process]++
	}
	if v.quick[dead.Process] == patience {
		return fmt.Errorf("%s ended %d times in a row within %s of its start, the last time with %w", dead.Process, patience, steady, dead)
	}
	pause := firstPause << v.quick[dead.Process]
	v.say(fmt.Sprintf("%s ended (%s), and is started again in %s", dead.Process, dead.State, pause))
	if server {
		v.mu.Lock()
		if v.away[dead.Process] == nil {
			v.away[dead.Process] = make(chan struct{})
		}
		v.mu.Unlock()
	}
	v.starts.Go(func() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		v.start(ctx, dead.Process, server)
	})
	return nil
}

// start starts a process; a service or sidecar after the servers that are away, which it may need to start.
func (v *supervisor) start(ctx context.Context, name string, server bool) {
	began := time.Now()
	if !server {
		for _, back := range v.serversAway() {
			select {
			case <-ctx.Done():
				return
			case <-back:
			}
		}
	}
	err := v.stack.Restart(ctx, name)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil && !v.stack.Process(name).Running():
		var ended Exit
		if errors.As(err, &ended) {
			return // which is on its way here
		}
		select {
		case v.failed <- Exit{Process: name, Code: -1, State: err.Error()}:
		case <-ctx.Done():
		}
		return
	case err != nil:
		v.say(fmt.Sprintf("%s runs again, but: %v", name, err))
	}
	if server {
		v.mu.Lock()
		if back := v.away[name]; back != nil { // else it ended again at once, and was back before
			close(back)
			delete(v.away, name)
		}
		v.mu.Unlock()
	} else if err := v.stack.back(ctx, strings.TrimSuffix(name, ".sidecar")); err != nil {
		if ctx.Err() == nil && v.stack.Process(name).Running() {
			v.say(fmt.Sprintf("%s was started again, but: %v", name, err))
		}
		return
	}
	v.say(fmt.Sprintf("%s is back, %.1f s after it was started again", name, time.Since(began).Seconds()))
}

func (v *supervisor) serversAway() (back []chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range v.away {
		back = append(back, c)
	}
	return back
}
