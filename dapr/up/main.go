// Command up is `make run`: it builds what is missing, starts the whole system on this machine, places one order and
// shows its journey, and keeps everything running until Ctrl-C: a process that ends by itself is started again, unless it
// does so three times in a row.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"orderly/dapr/local"
)

func main() {
	once := flag.Bool("once", false, "stop after the first order instead of running on")
	only := flag.Bool("build", false, "build everything, start nothing")
	again := flag.Bool("rebuild", false, "derive every document and list from the journals again, and say what differed")
	back := flag.Duration("republish", 0, "with -rebuild: how far back events are published again, as after the loss of a broker")
	flag.Parse()
	began := time.Now()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	do := func() error { return run(ctx, *once, began) }
	if *only {
		do = func() error { return onlyBuild(ctx) }
	}
	if *again {
		do = func() error { return rebuild(ctx, *back) }
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "\n"+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, once bool, began time.Time) error {
	stack, err := prepare(ctx)
	if err != nil {
		return quiet(ctx, err)
	}
	shown := show(ctx, stack, began, once)
	fmt.Println("\nstopping; Ctrl-C again kills at once")
	stopped := shutDown(stack)
	if err := quiet(ctx, shown); err != nil {
		return err
	}
	return stopped
}

// prepare checks everything that can be checked before the first process starts.
func prepare(ctx context.Context) (*local.Stack, error) {
	file, err := local.ReadRunFile(".", set())
	if err != nil {
		return nil, err
	}
	file.Outside(os.LookupEnv)
	base, err := strconv.Atoi("0" + os.Getenv("PORT_BASE"))
	if err != nil {
		return nil, fmt.Errorf("PORT_BASE must be a number, not %q", os.Getenv("PORT_BASE"))
	}
	ports, err := local.DefaultPorts(file, base)
	if err != nil {
		return nil, err
	}
	if ports.Check() != nil {
		if err := waiting("looking for free ports", func() error { return ports.Settle(ctx) }); err != nil {
			return nil, err
		}
	}
	root, bin, err := build(ctx, file.Set)
	if err != nil {
		return nil, err
	}
	return local.New(local.Options{Root: root, Dir: root, Bin: bin, Run: file, Ports: ports, Logs: local.MakeRunLogs})
}

// set is the component set to run on.
func set() string { return cmp.Or(os.Getenv("SET"), local.Embedded) }

func build(ctx context.Context, set local.Set) (root string, bin local.Bin, err error) {
	root, err = os.Getwd()
	if err != nil {
		return "", bin, err
	}
	bin, err = local.Build{Root: root, Services: []string{"order", "stock", "notify"}, Set: set, Progress: os.Stdout}.Run(ctx)
	return root, bin, err
}

func onlyBuild(ctx context.Context) error {
	chosen, err := local.ReadSet(".", set())
	if err != nil {
		return err
	}
	_, _, err = build(ctx, chosen)
	return err
}

// rebuild has each service, one after the other, mend what differs from its journal, and publish its events again that are
// not older than back.
func rebuild(ctx context.Context, back time.Duration) error {
	args := []string{"rebuild"}
	if back != 0 {
		args = append(args, back.String())
	}
	stack, err := prepare(ctx)
	if err != nil {
		return quiet(ctx, err)
	}
	defer stack.Kill()
	var differed error
	for _, app := range stack.Apps() {
		differed = errors.Join(differed, stack.Once(ctx, app, os.Stdout, args...))
	}
	return differed
}

// show starts the stack, tells the story of one order and returns when ctx ends (nil) or something broke.
func show(ctx context.Context, stack *local.Stack, began time.Time, once bool) error {
	shop := shop{stack}
	err := waiting("starting "+strings.Join(append(stack.Servers(), "three services and their sidecars"), ", "), func() error { return stack.Start(ctx) })
	if err != nil {
		return err
	}
	if err := waiting("filling the shelves", func() error { return shop.fill(ctx) }); err != nil {
		return err
	}
	if err := shop.journey(ctx); err != nil {
		return err
	}
	fmt.Printf("\n%.1f s from start to here\n", time.Since(began).Seconds())
	if once {
		return nil
	}
	shop.invite()
	return stack.Supervise(ctx, func(line string) { fmt.Printf("%s  %s\n", time.Now().Format(time.TimeOnly), line) })
}

// shutDown stops everything in order; a signal on the way kills what is left.
func shutDown(stack *local.Stack) error {
	impatient, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := stack.Stop(impatient)
	if impatient.Err() != nil {
		return errors.New("killed what had not stopped yet")
	}
	return err
}

// quiet drops an error that is only the echo of Ctrl-C.
func quiet(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
