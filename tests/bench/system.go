package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"orderly/dapr/local"
)

// kind is how a stack is set up.
type kind string

const (
	echo    kind = "echo"    // an echo app, and one that calls it
	naive   kind = "naive"   // the services, without batches
	shipped kind = "shipped" // the services as shipped
	again   kind = "again"   // the same, anew
)

// system is a running stack, with products on its shelf.
type system struct {
	*local.Stack
	shelf     *shelf
	ringers   int64
	profiling map[string]int // port by sidecar
}

func (s *system) orders() target { return target{addr: addr(s.AppURL("order")), path: "/v1/orders"} }

func (s *system) ordersBySidecar() target {
	return target{addr(s.SidecarURL("order")), "/v1.0/invoke/order/method/v1/orders", "dapr-api-token: " + s.Tokens.Dapr + "\r\n"}
}

func addr(url string) string { return strings.TrimPrefix(url, "http://") }

// on starts a stack, has do work with it and stops it. do's context ends when a process dies.
func (b *bench) on(ctx context.Context, k kind, do func(context.Context, *system) error) (err error) {
	s, release, err := b.prepare(k)
	if err != nil {
		return err
	}
	defer release()
	defer func() {
		if stopped := b.stop(s); err == nil {
			err = stopped
		}
	}()
	done := b.screen.during("starting the "+string(k)+" stack", nil)
	err = s.Start(ctx)
	done()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case dead := <-s.Died():
			cancel(dead)
		case <-ctx.Done():
		}
	}()
	b.lastPace = pace{}
	if k != echo {
		done := b.screen.during("filling the shelves", nil)
		err := s.stockUp(ctx)
		done()
		if err != nil {
			return fmt.Errorf("filling the shelves: %w", err)
		}
	}
	err = do(ctx, s)
	if died := context.Cause(ctx); died != nil {
		return died
	}
	return err
}

// prepare makes the stack; nothing runs yet.
func (b *bench) prepare(k kind) (*system, func(), error) {
	file, err := local.ReadRunFile(b.root, b.o.set)
	if err != nil {
		return nil, nil, err
	}
	dir := filepath.Join(b.dir, string(k))
	paths := file.Common.ResourcesPaths
	o := local.Options{Root: b.root, Dir: dir, Bin: b.bin, Args: map[string][]string{}, Env: map[string][]string{}}
	services := []string{"OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.01",
		"ORDER_PAYMENT_TTL=24h", "ORDER_HOLD_TTL=24h", "STOCK_HOLD_TTL=48h", "LOG_LEVEL=info"}
	switch k {
	case echo:
		file.Apps = []local.App{{ID: "caller", AppPorts: local.AppPorts{App: 1}}, {ID: "echo", AppPorts: local.AppPorts{App: 1}}}
	case naive:
		services = append(services, "BATCH_LIMIT=1", "PUBLISH_LIMIT=1")
		i, single := slices.Index(paths, filepath.Join(b.root, "dapr", "subscriptions")), filepath.Join(dir, "subscriptions")
		if err := oneByOne(paths[i], single); err != nil {
			return nil, nil, err
		}
		paths[i] = single
	case shipped, again: // as the run file has it
	}
	for _, app := range []string{"order", "stock", "notify"} {
		o.Env[app] = services
	}
	ports, release, err := local.FreePorts(file)
	if err != nil {
		return nil, nil, err
	}
	o.Run, o.Ports = file, ports
	for _, app := range []string{"caller", "echo"} {
		o.Args[app] = []string{"-echo", "127.0.0.1:" + strconv.Itoa(ports.Apps[app].App)}
	}
	s := &system{shelf: newShelf(tag(), b.o.buyers/100)}
	if k == shipped && b.o.profile != "" {
		for _, app := range file.Apps {
			o.Env[app.ID] = append(o.Env[app.ID], "PROFILE=true")
		}
		var more func()
		if s.profiling, more, err = profilePorts(o.Args, file.Apps); err != nil {
			release()
			return nil, nil, err
		}
		release = both(release, more)
	}
	if s.Stack, err = local.New(o); err != nil {
		release()
		return nil, nil, err
	}
	return s, release, nil
}

func both(f, g func()) func() { return func() { f(); g() } }

// tag begins every name of a stack. It differs from run to run, as a store may outlive them.
func tag() string { return "b" + strconv.FormatInt(time.Now().UnixMilli(), 36) }

// stop ends every process; a signal meanwhile kills what is left.
func (b *bench) stop(s *system) error {
	defer b.screen.during("stopping", nil)()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer s.Kill()
	return s.Stop(ctx)
}
