package local

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

const poll = 20 * time.Millisecond

// startLimit is how long a start may take: a broker on a busy machine with two cores has needed more than a minute.
const startLimit = 3 * time.Minute

// Ready waits until every service says that it is ready and can be called through every sidecar. Without an own
// deadline in ctx it waits three minutes.
func (s *Stack) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for _, app := range s.Apps() {
		if err := s.until(ctx, app+" to be ready", s.AppURL(app)+"/readyz"); err != nil {
			return err
		}
	}
	for _, app := range s.Run.Apps {
		if err := s.findable(ctx, s.deaths, app); err != nil {
			return err
		}
	}
	return nil
}

// back is Ready for one service that was started again, itself or its sidecar. What dies meanwhile is for others to see.
func (s *Stack) back(ctx context.Context, process string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	i := slices.IndexFunc(s.Run.Apps, func(a App) bool { return a.Process() == process })
	if err := s.poll(ctx, nil, process+" to be ready", s.AppURL(process)+"/readyz"); err != nil {
		return err
	}
	return s.findable(ctx, nil, s.Run.Apps[i])
}

// findable makes sure that a service can be called through each other sidecar. Two sidecars that register in the
// same instant can meet SQLITE_BUSY, and then one of them stays unfindable for good: it is started again.
func (s *Stack) findable(ctx context.Context, deaths <-chan Exit, app App) error {
	callee := app.Process()
	for _, caller := range s.Apps() {
		if caller == callee || deaths == nil && !s.Process(caller+".sidecar").Running() {
			continue // it says so of itself when it is back
		}
		what, url := callee+" to be callable from "+caller, s.SidecarURL(caller)+"/v1.0/invoke/"+app.ID+"/method/healthz"
		patience, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := s.poll(patience, deaths, what, url)
		cancel()
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		sidecar := s.Process(callee + ".sidecar")
		sidecar.Stop(ctx)
		if err := sidecar.Start(); err != nil {
			return err
		}
		if err := s.poll(ctx, deaths, what, url); err != nil {
			return err
		}
	}
	return nil
}

// until polls url until it answers 200. It ends early when a process died.
func (s *Stack) until(ctx context.Context, what, url string) error {
	return s.poll(ctx, s.deaths, what, url)
}

// poll is until, with the deaths that end it.
func (s *Stack) poll(ctx context.Context, deaths <-chan Exit, what, url string) error {
	last := "no answer yet"
	for {
		status, body := s.get(ctx, url)
		if status == http.StatusOK {
			return nil
		}
		if body != "" {
			last = body
		}
		select {
		case dead := <-deaths:
			return dead
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s: %s", what, last)
		case <-time.After(poll):
		}
	}
}

func (s *Stack) get(ctx context.Context, url string) (status int, body string) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("dapr-api-token", s.Tokens.Dapr)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 500))
	return res.StatusCode, fmt.Sprintf("%s: %s", res.Status, text)
}
