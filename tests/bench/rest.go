package main

import (
	"context"
	"time"
)

// Processes are at rest when they use no more than this of a CPU together: ticks and health checks go on.
const (
	restShare = 0.2
	restLook  = 500 * time.Millisecond
	restMost  = 2 * time.Minute
)

// rest waits until what setting up has left to be written is written: that is no part of the row to come.
func (b *bench) rest(ctx context.Context, s *system) {
	defer b.screen.during("waiting until nothing is left to write", nil)()
	ctx, cancel := context.WithTimeout(ctx, restMost)
	defer cancel()
	for before, known := s.used(); known; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(restLook):
		}
		after, _ := s.used()
		if (after - before).Seconds() <= restShare*restLook.Seconds() {
			return
		}
		before = after
	}
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
