package ledger

import (
	"slices"
	"strings"
	"time"
)

// sweep is what is being written of what can wait: all that waited when it began,
// in the order of its keys, spread over the time in which the next one gathers.
// So neighbours in a store's index follow each other, and a block of it changes
// once for many of them; and those who wait for a page notice little of it. Disks
// serve their queues like that (the elevator: Denning, "Effects of scheduling on
// file memory operations", 1967).
type sweep struct {
	left  []chore
	all   int
	began time.Time
}

const (
	// What must be read first, or changes often, is written once in so long: many changes are one write then. Later means
	// less work, more memory, and more to read after a crash.
	sweepTime = 20 * time.Second
	lateAfter = sweepTime / 2 // a sweep begins when the oldest has waited so long
	mostLate  = 25_000        // documents that wait: what is more is written at once
)

// sweep begins the next sweep when it is time, and returns how much of it is to be
// written now.
func (m *memory) sweep(all bool, now time.Time) int {
	if len(m.swept.left) == 0 && len(m.late) > 0 && (all || len(m.late) > mostLate/2 || now.Sub(m.late[0].at) >= lateAfter) {
		m.swept = sweep{byName(m.late), len(m.late), now}
		m.late = nil
	}
	if all {
		return len(m.swept.left)
	}
	return max(m.swept.due(now), len(m.swept.left)+len(m.late)-mostLate)
}

// due returns how much is to be written by now; a few are not worth a read yet.
func (s sweep) due(now time.Time) int {
	due := int(int64(s.all)*int64(min(now.Sub(s.began), sweepTime))/int64(sweepTime)) - (s.all - len(s.left))
	if due < fetchMost && due < len(s.left) {
		return 0
	}
	return due
}

func byName(queue []chore) []chore {
	names := make(map[thing]string, len(queue))
	for _, c := range queue {
		names[c.thing] = c.name()
	}
	slices.SortFunc(queue, func(a, b chore) int { return strings.Compare(names[a.thing], names[b.thing]) })
	return queue
}
