package main

import (
	"context"
	"syscall"
	"time"
)

// Processes are at rest when they use no more than this of a CPU together: ticks and health checks go on.
const (
	restShare = 0.2
	restLook  = 500 * time.Millisecond
	restMost  = 2 * time.Minute
)

// rest waits until what setting up has left to be written is written: that is no part of the row to come. When it takes
// too long it says so and goes on.
func (b *bench) rest(ctx context.Context, s *system) {
	done := b.screen.during("waiting until nothing is left to write", nil)
	quiet := s.quiet(ctx)
	syscall.Sync() // files that the kernel has yet to write would slow the next row, too
	done()
	if !quiet && ctx.Err() == nil {
		b.screen.say("setting up is still being written: the next row pays for it")
	}
}

// quiet waits for the stack to rest and reports whether it does. Where there is no /proc nobody can tell.
func (s *system) quiet(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, restMost)
	defer cancel()
	before, known := s.used()
	for known {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(restLook):
		}
		var after time.Duration
		if after, known = s.used(); (after - before).Seconds() <= restShare*restLook.Seconds() {
			return true
		}
		before = after
	}
	return true
}

// used is the CPU time of all processes of the stack; not known where there is no /proc.
func (s *system) used() (sum time.Duration, known bool) {
	pids := s.pids()
	times := cpuTimes(pids)
	for _, t := range times {
		sum += t
	}
	return sum, len(times) == len(pids)
}
