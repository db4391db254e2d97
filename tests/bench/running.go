package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"orderly/dapr/local"
)

// onRunning loads a system that runs already, at the ports of `make run`, with row c, and looks at its stock. Nothing is
// known of what else its machine does, or what its limits are, so this is no figure to keep: a shop that is told to do no
// more than it can may ask clients to wait (429) or to look again (202).
func onRunning(ctx context.Context, o options) error {
	run, err := local.ReadRunFile(".", o.set)
	if err != nil {
		return err
	}
	ports, err := local.DefaultPorts(run, 0)
	if err != nil {
		return err
	}
	b := bench{o: o, screen: newScreen(os.Stdout)}
	s := &system{Stack: &local.Stack{Options: local.Options{Ports: ports}}, shelf: newShelf(tag(), 1)}
	done := b.screen.during("filling the shelves", nil)
	err = s.stockUp(ctx)
	done()
	if err != nil {
		return fmt.Errorf("filling the shelves: %w", err)
	}
	l := b.load(s, s.orders(), uniform, 32)
	l.expect = append(l.expect, http.StatusAccepted, http.StatusTooManyRequests)
	done = b.screen.during("32 clients order", l.progress)
	res := l.run(ctx)
	done()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	b.screen.say(summary(res))
	if l.failed.Load() > 0 {
		return fmt.Errorf("%d answers were not expected: %s", l.failed.Load(), strings.Join(distinct(res.errors), "; "))
	}
	if err := s.check(ctx); err != nil {
		return err
	}
	b.screen.say("stock is exactly what the answers say")
	return nil
}

// summary is what came of a load, for a person.
func summary(r result) string {
	text := fmt.Sprintf("%.0f orders/s, half of the answers within %.1f ms, 99 %% within %.1f ms; all answers by status:",
		float64(r.counts[http.StatusCreated])/r.window.Seconds(), ms(percentile(r.latencies, 50)), ms(percentile(r.latencies, 99)))
	for _, status := range slices.Sorted(maps.Keys(r.all)) {
		text += fmt.Sprintf(" %d × %d", r.all[status], status)
	}
	return text
}
