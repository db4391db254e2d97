package serve

import (
	"context"
	"fmt"
	"os"
	"os/signal"
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
