package serve

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"orderly/services/internal/telemetry"
)

// Main runs a service until SIGTERM or SIGINT and exits the process: 0 after an
// orderly stop, 1 with the cause on standard error.
func Main(service string, run func(context.Context) error) {
	thrift()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := traced(ctx, service, run)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", service, err)
		os.Exit(1)
	}
}

// thrift leaves half of the processors to the sidecar, whose turn it is whenever
// a service waits: a lone order takes a twelfth less time on two of them, and
// many as much as before. It trades memory for time, too: the collector runs less
// often while there is little to keep, and as usual from memoryLimit on.
// GOMAXPROCS, GOGC and GOMEMLIMIT say otherwise.
func thrift() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS((runtime.GOMAXPROCS(0) + 1) / 2)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// memoryLimit is what a service of a busy shop should get along with, in bytes.
const memoryLimit = 110 << 20

func traced(ctx context.Context, service string, run func(context.Context) error) error {
	flush, err := telemetry.Trace(ctx, service, Version)
	if err != nil {
		return fmt.Errorf("tracing: %w", err)
	}
	defer func() {
		last, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = flush(last) // spans that nobody takes must not hold up the stop
	}()
	return run(ctx)
}
