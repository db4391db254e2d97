package sidecar

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// subject is a component whose probes fail, or are not answered.
type subject struct {
	*usage
	room   atomic.Int64 // what demands more fails; 0 is no limit
	err    atomic.Pointer[error]
	frozen atomic.Bool
	takes  atomic.Int64 // until it fails
	probes atomic.Int64
}

func (s *subject) is(err error, frozen bool) {
	s.err.Store(&err)
	s.frozen.Store(frozen)
}

var errFull = errors.New("no space left")

func watched(t *testing.T) *subject {
	s := &subject{}
	s.is(nil, false)
	s.usage = newUsage("store", "cannot be read", time.Second, func(ctx context.Context, demand int64) error {
		s.probes.Add(1)
		if room := s.room.Load(); room > 0 && demand > room {
			return errFull
		}
		if s.frozen.Load() {
			<-ctx.Done()
			return ctx.Err()
		}
		time.Sleep(time.Duration(s.takes.Load()))
		return *s.err.Load()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go s.watch(ctx)
	t.Cleanup(cancel)
	return s
}

// use is a use that takes a while and succeeds.
func (s *subject) use(t *testing.T, takes time.Duration) error {
	ctx, done, err := s.begin(t.Context(), 0)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-time.After(takes):
	}
	done(err)
	return err
}

func TestWhatCannotBeUsedIsKnownSoonAndWhatCanBeAgainToo(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		frozen bool
		takes  time.Duration
		within time.Duration
	}{
		"killed": {err: errors.New("refused"), within: 1500 * time.Millisecond},
		"tries":  {err: errors.New("no broker to talk to"), takes: 1500 * time.Millisecond, within: 3200 * time.Millisecond},
		"frozen": {frozen: true, within: 3200 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := watched(t)
				time.Sleep(10 * time.Second)
				assert.Empty(t, s.reason())
				s.is(c.err, c.frozen)
				s.takes.Store(int64(c.takes))
				time.Sleep(c.within)
				assert.Contains(t, s.reason(), "component store cannot be read: ")
				began := time.Now()
				assert.ErrorIs(t, s.use(t, time.Second), ErrAway)
				assert.Zero(t, time.Since(began), "nobody waits")
				s.is(nil, false)
				s.takes.Store(0)
				time.Sleep(3 * time.Second)
				assert.Empty(t, s.reason())
				assert.NoError(t, s.use(t, time.Second))
			})
		})
	}
}

// Who waits in the moment of a freeze waits no longer than it takes to find out.
func TestWhoWaitsIsToldOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t)
		time.Sleep(10 * time.Second)
		s.is(nil, true)
		began := time.Now()
		assert.ErrorIs(t, s.use(t, time.Hour), ErrAway)
		assert.Less(t, time.Since(began), 2600*time.Millisecond)
	})
}

// A store that is slow is not away, as long as something succeeds; one that fails once is not either.
func TestSlowIsNotAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t)
		time.Sleep(time.Second)
		s.is(nil, true) // probes are never answered
		for range 20 {
			assert.NoError(t, s.use(t, 1900*time.Millisecond))
		}
		s.is(errors.New("once"), false)
		time.Sleep(1050 * time.Millisecond)
		s.is(nil, false)
		time.Sleep(time.Second)
		assert.Empty(t, s.reason())
	})
}

func TestABusyServiceSendsNoProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t)
		assert.NoError(t, s.use(t, time.Millisecond))
		s.probes.Store(0)
		for range 100 {
			assert.NoError(t, s.use(t, 200*time.Millisecond))
		}
		assert.Zero(t, s.probes.Load())
		time.Sleep(10 * time.Second)
		assert.InDelta(t, 10, s.probes.Load(), 2)
	})
}

// A store that cannot be read is not waited for by writes, either: theirs are not known to be in vain until later.
func TestWhatNeedsAnotherUseIsAwayWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := watched(t)
		writes := &subject{usage: newUsage("store", "cannot be written", time.Hour, nil)}
		writes.needs = reads.usage
		assert.NoError(t, writes.use(t, time.Millisecond))
		under := make(chan error)
		go func() { under <- writes.use(t, time.Hour) }()
		time.Sleep(time.Second)
		reads.is(nil, true)
		assert.ErrorIs(t, <-under, ErrAway, "one under way is cut off")
		assert.ErrorIs(t, writes.use(t, time.Millisecond), ErrAway)
		reads.is(nil, false)
		time.Sleep(2 * time.Second)
		assert.NoError(t, writes.use(t, time.Millisecond))
	})
}

// A machine that is busy makes everything slow: one silence of a store is none of its own then.
func TestABusySidecarIsGivenASecondProbe(t *testing.T) {
	for _, busy := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := watched(t)
			s.busy = func(context.Context) bool { return busy }
			time.Sleep(time.Millisecond)
			s.is(nil, true)
			time.Sleep(probeTime + 1500*time.Millisecond)
			assert.Equal(t, busy, s.reason() == "", "after one silence")
			time.Sleep(probeTime + 200*time.Millisecond)
			assert.NotEmpty(t, s.reason(), "after two")
		})
	}
}

// A full disk has room for small writes. Large ones fail, and are what a probe must do, too.
func TestASmallUseDoesNotHideThatLargeOnesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t)
		s.used(nil, 0)
		small, stop := context.WithCancel(t.Context())
		var uses sync.WaitGroup
		defer uses.Wait()
		defer stop()
		uses.Go(func() {
			for small.Err() == nil {
				time.Sleep(10 * time.Millisecond)
				s.used(nil, 10)
			}
		})
		for range 3 {
			s.room.Store(100)
			time.Sleep(time.Second)
			assert.Empty(t, s.reason(), "nothing large is wanted")
			s.used(errFull, 1000)
			time.Sleep(time.Second)
			assert.Contains(t, s.reason(), errFull.Error())
			s.room.Store(0)
			time.Sleep(time.Second)
			assert.Empty(t, s.reason())
		}
		s.room.Store(100)
		s.used(errFull, 1000)
		s.used(nil, 1000)
		time.Sleep(time.Second)
		assert.Empty(t, s.reason(), "one as large succeeded")
	})
}

func TestWhatTheCallerEndedDemandsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t)
		s.used(nil, 0)
		s.room.Store(100)
		ctx, leave := context.WithCancel(t.Context())
		_, done, err := s.begin(ctx, 1000)
		require.NoError(t, err)
		leave()
		done(context.Canceled)
		time.Sleep(time.Second)
		assert.Empty(t, s.reason())
	})
}
