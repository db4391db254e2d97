package chaos

import (
	"net/http"
	"sync"
	"time"

	"orderly/tests/harness"
)

// watcher notes when each service says of itself that it is ready, and when that it is not.
type watcher struct {
	stop    chan struct{}
	done    sync.WaitGroup
	mu      sync.Mutex
	changes map[string][]change // by service
}

type change struct {
	at    time.Time
	ready bool
}

const every = 100 * time.Millisecond

// watch begins to ask all services for /readyz.
func watch(s *harness.Story) *watcher {
	w := &watcher{stop: make(chan struct{}), changes: map[string][]change{}}
	for _, app := range harness.Services {
		w.done.Go(func() { w.ask(app, s.AppURL(app)+"/readyz") })
	}
	return w
}

func (w *watcher) ask(app, url string) {
	client := &http.Client{Timeout: 2 * time.Second}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for was, first := false, true; ; {
		res, err := client.Get(url)
		if err == nil {
			res.Body.Close()
		}
		if is := err == nil && res.StatusCode == http.StatusOK; is != was || first {
			w.mu.Lock()
			w.changes[app] = append(w.changes[app], change{time.Now(), is})
			w.mu.Unlock()
			was, first = is, false
		}
		select {
		case <-w.stop:
			return
		case <-tick.C:
		}
	}
}

// settle waits until all services are ready, for as long as they may take.
func (w *watcher) settle() {
	for end := time.Now().Add(restored()); time.Now().Before(end) && !w.ready(); {
		time.Sleep(every)
	}
}

func (w *watcher) ready() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, app := range harness.Services {
		if all := w.changes[app]; len(all) == 0 || !all[len(all)-1].ready {
			return false
		}
	}
	return true
}

// end returns what was seen.
func (w *watcher) end() map[string][]change {
	close(w.stop)
	w.done.Wait()
	return w.changes
}

// unready is how long after an outage began the last of the services said that it is not ready, and which of them never did
// while it lasted.
func unready(changes map[string][]change, began, returned time.Time) (after time.Duration, never []string) {
	for _, app := range harness.Services {
		said := false
		for _, c := range changes[app] {
			if !c.ready && c.at.After(began) && c.at.Before(returned) && !said {
				after, said = max(after, c.at.Sub(began)), true
			}
		}
		if !said {
			never = append(never, app)
		}
	}
	return after, never
}

// readyAgain is how long after its end the last of the services said that it is ready again, and which of them never did.
func readyAgain(changes map[string][]change, returned time.Time) (after time.Duration, never []string) {
	for _, app := range harness.Services {
		all := changes[app]
		last := all[len(all)-1]
		if !last.ready {
			never = append(never, app)
		}
		after = max(after, last.at.Sub(returned))
	}
	return after, never
}
