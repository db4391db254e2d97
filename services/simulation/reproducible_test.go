package simulation

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestASeedIsARun plays seeds several times, alone and side by side: each does
// the same again.
//
// Go's scheduler interrupts who runs for more than 10 ms of the wall clock, also
// where the whole process had to wait so long for a processor. On a busy machine
// this makes one of some hundred runs another; so a digest need only be found
// twice among five. What depends on chance is not found twice.
func TestASeedIsARun(t *testing.T) {
	if raced {
		t.Skip("the race detector shuffles goroutines")
	}
	const seeds = 40
	found := map[string]int{}
	count := func(side int) {
		var wg sync.WaitGroup
		outs, errs := make([]string, side), make([]error, side)
		for i := range side {
			wg.Go(func() { outs[i], errs[i] = child(1, seeds, "-digests") })
		}
		wg.Wait()
		for i, out := range outs {
			require.NoError(t, errs[i], out)
			for line := range strings.Lines(out) {
				found[strings.TrimSpace(line)]++
			}
		}
	}
	count(1)
	count(2)
	if len(sure(found)) < seeds {
		count(2)
	}
	assert.Len(t, sure(found), seeds)
}

// sure lists seeds whose digest was found more than once.
func sure(found map[string]int) map[string]bool {
	seeds := map[string]bool{}
	for line, times := range found {
		if seed, _, ok := strings.Cut(line, " "); ok && times > 1 {
			seeds[seed] = true
		}
	}
	return seeds
}
