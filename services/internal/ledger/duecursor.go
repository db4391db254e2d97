package ledger

import (
	"strconv"
	"strings"
	"sync"
)

// dueCursor is the second from which on reminders have to be looked at. A
// reminder of an earlier one takes it back.
type dueCursor struct {
	mu   sync.Mutex
	next int64            // 0: there never was a reminder
	read int64            // while reminders are being read: from where
	open map[string]int64 // ids that are due, by the second they came due
}

func (d *dueCursor) start(next int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next, d.open = next, map[string]int64{}
}

func (d *dueCursor) hear(p *page) {
	for _, a := range p.Lists {
		d.back(a.List)
	}
}

// back takes the cursor back to a list, if it is one of reminders.
func (d *dueCursor) back(list string) {
	digits, ok := strings.CutPrefix(list, duePrefix)
	if !ok {
		return
	}
	bucket, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == 0 || bucket < d.next {
		d.next = bucket
	}
}

// reached returns what a later keeper has to begin with.
func (d *dueCursor) reached() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	reached := d.next
	if d.read != 0 {
		reached = min(reached, d.read)
	}
	for _, bucket := range d.open {
		reached = min(reached, bucket)
	}
	return reached
}
