package simulation

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	runs  = flag.Int("runs", 0, "how many seeds TestSimulation runs; 0 is 10000, 500 with -short, 300 with -race")
	from  = flag.Uint64("from", 1, "the first seed")
	loud  = flag.Bool("loud", false, "print the director's decisions and the logs of the services")
	all   = flag.Bool("all", false, "go on after a failure")
	alone = flag.Bool("alone", false, "play all in this process")
	print = flag.Bool("digests", false, "print what happened in each run, as a hash")
)

// TestMain makes runs repeatable: goroutines take turns on one processor, and
// the garbage is collected between runs. Processes play side by side instead.
func TestMain(m *testing.M) {
	flag.Parse()
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(2 << 30)
	os.Exit(m.Run())
}

func TestSimulation(t *testing.T) {
	n := *runs
	switch {
	case n > 0:
	case raced:
		n = 300
	case testing.Short():
		n = 500
	default:
		n = 10_000
	}
	if !*alone && !*loud {
		fleet(t, *from, n)
		return
	}
	for seed := *from; seed < *from+uint64(n); seed++ {
		if wrong := play(t, PlanOf(seed)); len(wrong) > 0 {
			t.Errorf("seed %d:\n%s\n\ngo test ./services/simulation -run TestSimulation -from %d -runs 1 -loud", seed, strings.Join(wrong, "\n"), seed)
			if !*all {
				return
			}
		}
	}
}

// played counts runs of this process.
var played int

// play runs one plan and returns what the judge found.
func play(t *testing.T, p Plan) (wrong []string) {
	t.Helper()
	if played++; played%collectAfter() == 0 {
		runtime.GC()
	}
	if *loud {
		p.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	stuck := time.AfterFunc(2*time.Minute, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("seed %d does not end", p.Seed))
	})
	defer stuck.Stop()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(p)
		wrong = w.run(context.Background())
		if *print {
			fmt.Printf("%d %s\n", p.Seed, w.digest())
		}
	})
	return wrong
}

// collectAfter is after how many runs the garbage is collected.
func collectAfter() int {
	if raced {
		return 4
	}
	return 20
}
