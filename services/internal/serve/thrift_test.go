package serve

import (
	"runtime"
	"runtime/debug"
	"testing"

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
