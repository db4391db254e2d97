package event

import (
	"strconv"
	"testing"
)

// A bug that makes every event panic must come to an end, too, whatever the order in which they come.
func TestEveryEventThatPanicsComesToAnEnd(t *testing.T) {
	var p panics
	open := map[int]bool{}
	for i := range mostPanicking {
		open[i] = true
	}
	for range mostPanics {
		for i := range open {
			if event := strconv.Itoa(i); p.again(event) {
				p.forget(event)
				delete(open, i)
			}
		}
	}
	if len(open) > 0 || len(p.count) > 0 {
		t.Errorf("%d events are tried for ever, %d are counted", len(open), len(p.count))
	}
	for i := range 3 * mostPanicking {
		p.again(strconv.Itoa(i))
	}
	if len(p.count) > mostPanicking {
		t.Errorf("%d events are counted", len(p.count))
	}
}
