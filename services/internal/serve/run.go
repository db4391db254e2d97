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

// Run serves h until ctx ends, with the background jobs beside it: public paths on
// the public port, all on the app channel, which only this machine reaches. The sidecar
// may come later, or come back: readiness follows it. When ctx ends, intake
// stops, requests in flight finish, the jobs stop, and flush writes what is left.
// It is an error when the sidecar has a state store that must not be used.
func (f *Frame) Run(ctx context.Context, h http.Handler, flush func(context.Context) error, jobs ...func(context.Context)) error {
	public, err := listen(f.Config.PublicHost, f.Config.PublicPort)
	if err != nil {
		return err
	}
	channel, err := listen("127.0.0.1", f.Config.Port)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	srv := servers{server(h, Public(context.Background())), server(h, context.Background())}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(func() { job(work) })
	}
	failed, refused := make(chan error, 2), make(chan error, 1)
	wg.Go(func() { f.watch(work, func(err error) { refused <- err }) })
	wg.Go(func() { f.Sidecar.Watch(work, f.Needs) })
	wg.Go(func() { f.follow(work) })
	for i, ln := range []net.Listener{public, channel} {
		go func() { failed <- srv[i].Serve(ln) }()
	}
	f.Log.InfoContext(ctx, "listening", "address", public.Addr().String(), "channel", channel.Addr().String())

	select {
	case err = <-failed:
	case <-ctx.Done():
	case err = <-refused:
	}
	close(f.leaving)
	err = errors.Join(err, f.drain(srv))
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

func listen(host string, port int) (net.Listener, error) {
	ln, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("cannot listen: %w", err)
	}
	return ln, nil
}

// servers are that of the public port and that of the app channel.
type servers [2]*http.Server

func server(h http.Handler, base context.Context) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return base }}
}

// drain waits for requests in flight and streams, and cuts off what takes longer than drainTime.
func (f *Frame) drain(srv servers) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var wg sync.WaitGroup
	var errs [len(srv)]error
	for i, s := range srv {
		wg.Go(func() { errs[i] = s.Shutdown(ctx) })
	}
	wg.Wait()
	f.streams.end(ctx)
	err := errors.Join(errs[:]...)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("requests were still in flight after %s", drainTime), srv[0].Close(), srv[1].Close())
	}
	return err
}
