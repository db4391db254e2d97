// Command e2e tells the stories of tests/e2e on what Tilt has brought up, which it finds at the ports that Tilt forwards.
// The stories that need a system of their own, to break it, are left out and say so.
//
//	go run ./tilt/e2e -set redis -local stock -- -run TestCancel    # what comes after -- is for go test
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"orderly/dapr/local"
	"orderly/tests/harness"
	"orderly/tests/k8s/shop"
)

const namespace = "orderly-dev"

func main() {
	set := flag.String("set", local.Embedded, "component set that Tilt was started with")
	outside := flag.String("local", "", "services that run on this machine, with commas, as Tilt was told")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := tell(ctx, *set, strings.FieldsFunc(*outside, func(r rune) bool { return r == ',' }), flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
}

func tell(ctx context.Context, set string, outside, args []string) (err error) {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "orderly-tilt-")
	if err != nil {
		return err
	}
	keep := false
	defer func() {
		if !keep {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	p := shop.Place{Namespace: namespace, Set: set, Dir: dir, Outside: outside, Ctl: func(ctx context.Context, args ...string) *exec.Cmd {
		return exec.CommandContext(ctx, "kubectl", args...)
	}}
	defer p.End()
	if err := p.ReadSecrets(ctx); err != nil {
		return err
	}
	system, err := p.Show(ctx, forwarded(slices.Concat(harness.Services, []string{harness.Probe})))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var followers sync.WaitGroup
	followers.Go(func() { cancel(follow(ctx, boxOf(set, p.Tokens.Dapr), dir)) })
	for _, service := range outside {
		followers.Go(func() { cancel(followLocal(ctx, service, dir)) })
	}
	cmd := p.Stories(ctx, root, system, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	// The stories end when this does.
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 10*time.Second
	told, why := cmd.Run(), context.Cause(ctx)
	cancel(nil)
	followers.Wait() // before their folder goes
	if told != nil {
		keep = true
		return errors.Join(told, why, fmt.Errorf("logs and mails are kept in %s", dir))
	}
	return nil
}

// forwarded is where tilt/objects.Tiltfile has each app, counted from 1.
func forwarded(apps []string) harness.Elsewhere {
	there := harness.Elsewhere{Apps: map[string]string{}, Sidecars: map[string]string{}, Metrics: map[string]string{}}
	for i, app := range apps {
		there.Apps[app] = at(8081 + i)
		there.Sidecars[app] = at(3501 + i)
		there.Metrics[app] = at(9091 + i)
	}
	return there
}

func at(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }
