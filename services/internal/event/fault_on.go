//go:build faults

package event

import (
	"strings"
	"sync"
)

var (
	faulted   = map[string]int{}
	faultedMu sync.Mutex
)

// fault makes the first two deliveries of an event panic when its baggage says
// fault=panic. It exists only in builds with the tag faults, for the tests that
// show that a panic loses nothing.
func fault(e Event) error {
	if !strings.Contains(e.Baggage, "fault=panic") {
		return nil
	}
	faultedMu.Lock()
	faulted[e.ID]++
	n := faulted[e.ID]
	faultedMu.Unlock()
	if n <= 2 {
		panic("asked for by baggage fault=panic")
	}
	return nil
}
