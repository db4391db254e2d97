package serve

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// memoryLimit is what a service of a busy shop should get along with, in bytes.
const memoryLimit = 110 << 20

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
		afterEachCollection(giveRoom(memoryLimit))
	}
}

// giveRoom returns what moves the limit, which was set to given, so that what is kept has room to grow to twice as
// much, as it would without one. Under a limit that is smaller than what is kept the collector never rests: 5,000 open
// feeds cost a third of a processor. It ends when somebody else sets a limit.
func giveRoom(given int64) (goOn func() bool) {
	kept := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	return func() bool {
		metrics.Read(kept)
		room := max(memoryLimit, int64(2*kept[0].Value.Uint64()+kept[1].Value.Uint64())+overhead)
		if before := debug.SetMemoryLimit(room); before != given {
			debug.SetMemoryLimit(before)
			return false
		}
		given = room
		return true
	}
}

// overhead is what the runtime needs beside the heap and stacks, in bytes.
const overhead = 16 << 20

// afterEachCollection calls do soon after each run of the collector, as long as it says true.
func afterEachCollection(do func() bool) {
	runtime.AddCleanup(&struct{ _ [16]byte }{}, func(do func() bool) {
		if do() {
			afterEachCollection(do)
		}
	}, do)
}
