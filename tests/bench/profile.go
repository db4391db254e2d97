package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"orderly/dapr/local"
)

// profilePorts gives each sidecar a port for its profiles, and the arguments that open it.
func profilePorts(args map[string][]string, apps []local.App) (map[string]int, func(), error) {
	var extra local.RunFile
	for _, app := range apps {
		extra.Apps = append(extra.Apps, local.App{ID: app.ID})
	}
	ports, release, err := local.FreePorts(extra)
	if err != nil {
		return nil, nil, err
	}
	all := map[string]int{}
	for _, app := range apps {
		port := ports.Apps[app.ID].HTTP
		args[app.ID+".sidecar"] = []string{"--enable-profiling", "--profile-port", strconv.Itoa(port)}
		all[app.ID+".sidecar"] = port
	}
	return all, release, nil
}

// profiles takes CPU profiles of everything while a load with many clients is measured, when they are asked for. The
// function it returns waits for them.
func (b *bench) profiles(ctx context.Context, s *system, r *row, l *load) (done func()) {
	if len(s.profiling) == 0 || l.clients < many || r.aside {
		return func() {}
	}
	r.Name += " (profiled)"
	urls := map[string]string{}
	for name, port := range s.profiling {
		urls[name] = "http://127.0.0.1:" + strconv.Itoa(port)
	}
	for _, app := range s.Apps() {
		urls[app] = s.AppURL(app)
	}
	began, span := time.Now(), 5*time.Second
	if l.span > 0 {
		span = min(span, l.span)
	}
	var wg sync.WaitGroup
	for name, url := range urls {
		wg.Go(func() {
			wait(ctx, began.Add(l.warm))
			path := filepath.Join(b.o.profile, r.Letter, name+".pprof")
			if err := saveProfile(ctx, url, span, path); err != nil {
				b.screen.say(fmt.Sprintf("no profile of %s: %v", name, err))
			}
		})
	}
	return wg.Wait
}

func saveProfile(ctx context.Context, url string, span time.Duration, path string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", url, int(span.Seconds())), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", res.Status)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, res.Body); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
