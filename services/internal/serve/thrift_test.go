package serve

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// thriftiness returns what thrift sets, and leaves them as they are.
func thriftiness() (procs, percent int, limit int64) {
	percent = debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return runtime.GOMAXPROCS(0), percent, debug.SetMemoryLimit(-1)
}

func TestThrift(t *testing.T) {
	procs, percent, limit := thriftiness()
	t.Cleanup(func() {
		runtime.GOMAXPROCS(procs)
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	names := []string{"GOMAXPROCS", "GOGC", "GOMEMLIMIT"}
	for _, name := range names {
		t.Setenv(name, "") // whoever runs the tests may have set it
	}
	for all, left := range map[int]int{1: 1, 2: 1, 3: 2, 8: 4} {
		runtime.GOMAXPROCS(all)
		thrift()
		got, _, _ := thriftiness()
		assert.Equal(t, left, got, "of %d processors", all)
	}
	_, gotPercent, gotLimit := thriftiness()
	assert.Equal(t, 300, gotPercent)
	assert.EqualValues(t, memoryLimit, gotLimit)

	runtime.GOMAXPROCS(2)
	debug.SetGCPercent(50)
	debug.SetMemoryLimit(1 << 40)
	for _, name := range names {
		t.Setenv(name, "said otherwise")
	}
	thrift()
	gotProcs, gotPercent, gotLimit := thriftiness()
	assert.Equal(t, 2, gotProcs)
	assert.Equal(t, 50, gotPercent)
	assert.EqualValues(t, 1<<40, gotLimit)
}

// What is kept may be more than the limit: then it moves, or the collector would run all the time.
func TestTheMemoryLimitLeavesRoomForWhatIsKept(t *testing.T) {
	_, _, before := thriftiness()
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	const start = memoryLimit + 1 // no other test's
	debug.SetMemoryLimit(start)
	adapt := giveRoom(start)
	var ended atomic.Bool
	afterEachCollection(func() bool {
		goOn := adapt()
		ended.Store(!goOn)
		return goOn
	})
	soon := func(what string, is func(limit int64) bool) {
		assert.Eventually(t, func() bool {
			runtime.GC()
			return is(debug.SetMemoryLimit(-1))
		}, 10*time.Second, 20*time.Millisecond, what)
	}
	soon("it is left while little is kept", func(limit int64) bool { return limit == memoryLimit })
	kept := make([]byte, 2*memoryLimit)
	soon("it moves with what is kept", func(limit int64) bool { return limit > 4*memoryLimit })
	runtime.KeepAlive(kept)
	soon("it comes back", func(limit int64) bool { return limit == memoryLimit })
	debug.SetMemoryLimit(1 << 40)
	soon("somebody else's stays", func(limit int64) bool { return limit == 1<<40 && ended.Load() })
}
