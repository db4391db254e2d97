package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A stop takes at most 10 s: requests in flight first, then what they left.
const (
	drainTime = 7 * time.Second
	flushTime = 2 * time.Second
)

// Run serves h until ctx ends, with the background jobs beside it. The sidecar
// may come later, or come back: readiness follows it. When ctx ends, intake
// stops, requests in flight finish, the jobs stop, and flush writes what is left.
// It is an error when the sidecar has a state store that must not be used.
func (f *Frame) Run(ctx context.Context, h http.Handler, flush func(context.Context) error, jobs ...func(context.Context)) error {
	ln, err := net.Listen("tcp", net.JoinHostPort(f.Config.Host, strconv.Itoa(f.Config.Port)))
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(func() { job(work) })
	}
	failed, refused := make(chan error, 1), make(chan error, 1)
	wg.Go(func() { f.watch(work, func(err error) { refused <- err }) })
	wg.Go(func() { f.follow(work) })
	go func() { failed <- srv.Serve(ln) }()
	f.Log.InfoContext(ctx, "listening", "address", ln.Addr().String())

	select {
	case err = <-failed:
		close(f.leaving)
	case <-ctx.Done():
		close(f.leaving)
		err = shutdown(srv)
	case err = <-refused:
		close(f.leaving)
		err = errors.Join(err, shutdown(srv))
	}
	stopWork()
	wg.Wait()
	if flush != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		if ferr := flush(last); ferr != nil {
			// Nothing is lost: what was not flushed is in the store and goes on at the next start.
			f.Log.WarnContext(last, "left for the next start", "error", ferr.Error())
		}
	}
	f.Sidecar.Close()
	f.Log.InfoContext(ctx, "stopped")
	return err
}

func shutdown(srv *http.Server) error {
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := srv.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("requests were still in flight after %s", drainTime), srv.Close())
	}
	return err
}
