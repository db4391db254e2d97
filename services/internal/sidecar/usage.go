package sidecar

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// ErrAway says that a component cannot be used now: it is not even asked.
var ErrAway = errors.New("the component is away")

// How a component is watched. What the service does with it anyway counts: a probe
// is sent only where that told nothing for a while, so it costs nothing under load.
const (
	probeTick  = 100 * time.Millisecond
	probePause = 500 * time.Millisecond // between probes while it is away
	probeTime  = 2 * time.Second        // how long a probe may take: a busy store needs some of it
	probeSlow  = time.Second            // a failure that took as long was no accident
	probeHurry = 300 * time.Millisecond // without an answer while somebody waits, until a probe
)

// usage is one way in which the service uses a component, such as writing a store,
// and whether that is possible now.
//
// It is not once a probe had no answer in probeTime or failed slowly, or two probes in
// a row failed, and nothing else succeeded meanwhile: a slow store is not away. Where
// the sidecar is slow whatever it is asked, the machine is busy, and a second silence is
// waited for. Then whoever waits for the component is told so, and whoever comes is told
// at once, until a probe succeeds.
//
// A full disk takes some writes and refuses others. So a use has a demand, and after one
// that failed only what demands as much counts as a success, and so much is what a probe
// demands.
type usage struct {
	component string
	what      string                             // such as "cannot be written"
	probe     func(context.Context, int64) error // with a demand; must not begin a use itself
	rest      time.Duration                      // without a use, until a probe
	busy      func(context.Context) bool         // the sidecar itself is slow, whatever it is asked; nil is never
	needs     *usage                             // without which this one is of no use; nil is none

	last    atomic.Int64 // when a use succeeded last, in Unix nanoseconds; 0 is never
	waiting atomic.Int64 // uses that have no answer yet
	failing atomic.Bool  // the last use failed
	wanted  atomic.Int64 // the largest demand that failed, and was not met since
	away    atomic.Pointer[error]
	cut     atomic.Pointer[cut]
}

// cut is a context that ends when the component is away.
type cut struct {
	context.Context
	end context.CancelCauseFunc
}

func newUsage(component, what string, rest time.Duration, probe func(context.Context, int64) error) *usage {
	u := &usage{component: component, what: what, probe: probe, rest: rest}
	u.renew()
	return u
}

func (u *usage) renew() {
	ctx, end := context.WithCancelCause(context.Background())
	u.cut.Store(&cut{ctx, end})
}

// begin starts a use with a demand. Its context ends when the component is away, and done is told
// what came of it. The error is ErrAway.
func (u *usage) begin(ctx context.Context, demand int64) (limited context.Context, done func(error), err error) {
	if why := u.why(); why != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrAway, *why)
	}
	limited, cancel := context.WithCancelCause(ctx)
	end := func() { cancel(ErrAway) }
	stop, stopNeeded := context.AfterFunc(u.cut.Load(), end), func() bool { return true }
	if u.needs != nil {
		stopNeeded = context.AfterFunc(u.needs.cut.Load(), end)
	}
	u.waiting.Add(1)
	return limited, func(err error) {
		if ctx.Err() != nil {
			demand = 0 // whoever asked is gone: that says nothing about what was demanded
		}
		u.waiting.Add(-1)
		stop()
		stopNeeded()
		cancel(nil)
		u.used(err, demand)
	}, nil
}

// why says why there can be no use now; nil when there can.
func (u *usage) why() *error {
	if why := u.away.Load(); why != nil || u.needs == nil {
		return why
	}
	return u.needs.why()
}

// used takes note of what came of a use with a demand.
func (u *usage) used(err error, demand int64) {
	wanted := u.wanted.Load()
	switch {
	case err != nil:
		for demand > wanted && !u.wanted.CompareAndSwap(wanted, demand) {
			wanted = u.wanted.Load()
		}
		u.failing.Store(true)
	case demand >= wanted:
		u.wanted.CompareAndSwap(wanted, 0)
		u.last.Store(time.Now().UnixNano())
		u.failing.Store(false)
	}
}

// reason says why the component cannot be used; empty when it can.
func (u *usage) reason() string {
	if why := u.away.Load(); why != nil {
		return fmt.Sprintf("component %s %s: %s", u.component, u.what, *why)
	}
	if u.last.Load() == 0 {
		return "component " + u.component + " was not used yet"
	}
	return ""
}

// watch probes until ctx ends.
func (u *usage) watch(ctx context.Context) {
	for failures := 0; ; {
		if failures > 0 || u.due(time.Now()) {
			failures = u.try(ctx, failures)
		}
		pause := probeTick
		if u.away.Load() != nil {
			pause = probePause
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// due reports whether it is time for a probe.
func (u *usage) due(now time.Time) bool {
	quiet := now.Sub(time.Unix(0, u.last.Load()))
	return u.failing.Load() || u.wanted.Load() > 0 || quiet >= u.rest || (quiet >= probeHurry && u.waiting.Load() > 0)
}

// try probes once and returns how many probes have failed in a row.
func (u *usage) try(ctx context.Context, failures int) int {
	began, demand := time.Now(), u.wanted.Load()
	limited, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	err := u.probe(limited, demand)
	switch {
	case ctx.Err() != nil:
		return failures
	case err == nil:
		u.used(nil, demand)
	case u.last.Load() < began.UnixNano():
		slow := time.Since(began) >= probeSlow
		if limited.Err() != nil {
			err = fmt.Errorf("no answer within %s", probeTime)
		}
		if failures == 0 && (!slow || u.busy != nil && u.busy(ctx)) {
			return 1
		}
		if u.away.Swap(&err) == nil {
			u.cut.Load().end(ErrAway)
		}
		return failures + 1
	}
	if u.away.Load() != nil {
		u.renew()
		u.away.Store(nil)
	}
	return 0
}
