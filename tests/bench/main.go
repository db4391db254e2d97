package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"orderly/dapr/local"
)

// options are the flags.
type options struct {
	only    string
	seconds int
	warmup  int
	stored  int64
	buyers  int64
	set     string
	json    string
	profile string
	running bool
}

func (o options) wants(row string) bool {
	return o.only == "" || strings.Contains(","+o.only+",", ","+row+",")
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "rows to measure, such as a,c,d; all if empty")
	flag.IntVar(&o.seconds, "seconds", 10, "measured seconds per row; rows c and g with 256 clients take 20 or more")
	flag.IntVar(&o.warmup, "warmup", 3, "seconds before that; the same rows take 20 or more")
	flag.Int64Var(&o.stored, "stored", 1_000_000, "orders stored before row g; 0 leaves it out")
	flag.Int64Var(&o.buyers, "buyers", 100_000, "buyers of the flash sale; a hundredth of them is served")
	flag.StringVar(&o.set, "set", "embedded", "component set: a folder of components")
	flag.StringVar(&o.json, "json", "bench/latest.json", "where the figures go; the chart is beside it, as .svg")
	flag.StringVar(&o.profile, "profile", "", "folder for CPU profiles taken during the rows of orders with many clients")
	flag.BoolVar(&o.running, "running", false, "load the system that runs at the ports of make run instead of starting one; only -seconds and -warmup count")
	echo := flag.String("echo", "", "be the echo app on this address, and nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	do := func() error { return run(ctx, o) }
	if o.running {
		do = func() error { return onRunning(ctx, o) }
	}
	if *echo != "" {
		do = func() error { return serveEcho(ctx, *echo) }
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "\nbench: "+err.Error())
		os.Exit(1)
	}
}

var errVoid = errors.New("the run is void, see above")

func run(ctx context.Context, o options) error {
	if err := o.check(); err != nil {
		return err
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	err = b.all(ctx)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	rep := newReport(o, b.rows)
	rep.print(os.Stdout)
	if err == nil && rep.void() {
		err = errVoid
	}
	if err == nil || errors.Is(err, errVoid) {
		err = errors.Join(err, rep.save(o.json), missed(rep.Ratios))
	}
	b.clean(err != nil && ctx.Err() == nil)
	return err
}

func (o options) check() error {
	if extra := strings.Trim(o.only, "abcdefg,"); extra != "" {
		return fmt.Errorf("-only takes rows a to g, such as a,c,d; not %q", extra)
	}
	if o.seconds < 1 || o.warmup < 0 || o.stored < 0 || o.buyers < 100 {
		return errors.New("-seconds must be 1 or more, -buyers 100 or more, -warmup and -stored not negative")
	}
	if o.profile != "" && o.only != "" && !strings.ContainsAny(o.only, "cdefg") {
		return errors.New("-profile needs one of the rows c to g")
	}
	_, err := local.ReadSet(".", o.set)
	return err
}
