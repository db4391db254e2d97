package harness

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
)

// How many stories run side by side on the shared stack.
const sharedStories = 6

// stacks is how many stacks there are: one is nine processes, and the machine may have two cores, for which the race
// detector is much.
func stacks() int {
	if raced {
		return 2
	}
	return 3
}

var (
	sharedSlots = make(chan struct{}, sharedStories)
	stackSlots  = make(chan struct{}, stacks())
	inUse       sync.Mutex
	sharing     int // stories that use the shared stack, or wait to
)

// share takes part in the shared stack, which counts as a stack as long as anybody does.
func share() (leave func()) {
	inUse.Lock()
	defer inUse.Unlock()
	if sharing++; sharing == 1 {
		stackSlots <- struct{}{}
	}
	return func() {
		inUse.Lock()
		defer inUse.Unlock()
		if sharing--; sharing == 0 {
			<-stackSlots
		}
	}
}

// Main is the TestMain of a package of stories. It ends the shared stack, and fails the run if that did not end well or
// if left, which may be nil, names anything that was left out.
func Main(m *testing.M, left func() []string) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		// Stories wait for their slot, not for one of Go's: its default, the number of cores, would let a few waiting
		// ones hold up all others.
		_ = flag.Set("test.parallel", "500")
	}
	code := m.Run()
	if left != nil {
		for _, row := range left() {
			fmt.Fprintln(os.Stderr, "no story has had a good answer", row)
			code = 1
		}
	}
	if err := stopShared(code != 0); err != nil {
		fmt.Fprintln(os.Stderr, "the shared stack did not end well:\n"+err.Error())
		code = 1
	}
	os.Exit(code)
}
