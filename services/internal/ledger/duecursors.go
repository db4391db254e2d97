package ledger

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// dueCursors is what each Due of a book has read of the reminders.
type dueCursors struct {
	mu  sync.Mutex
	own dueCursor // reads nothing: a Due that comes later begins with it
	all []*dueCursor
}

func (d *dueCursors) add(due func(id string, value any) time.Time) *dueCursor {
	c := &dueCursor{due: due}
	d.mu.Lock()
	defer d.mu.Unlock()
	c.start(d.own.reached())
	d.all = append(d.all, c)
	return c
}

func (d *dueCursors) each() []*dueCursor {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]*dueCursor{&d.own}, d.all...)
}

func (d *dueCursors) start(next int64) {
	for _, c := range d.each() {
		c.start(next)
	}
}

// hear takes in a page: its reminders, and that it settles what is open.
func (d *dueCursors) hear(p *page) {
	for _, a := range p.Lists {
		d.back(a.List)
	}
	for _, c := range d.each() {
		c.hear(p)
	}
}

// back takes the cursors back to a list, if it is one of reminders.
func (d *dueCursors) back(list string) {
	digits, ok := strings.CutPrefix(list, duePrefix)
	if !ok {
		return
	}
	bucket, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return
	}
	for _, c := range d.each() {
		c.back(bucket)
	}
}

// reached returns what a later leader has to begin with.
func (d *dueCursors) reached() int64 {
	all := d.each()
	reached := all[0].reached()
	for i, c := range all[1:] {
		if at := c.reached(); i == 0 || at < reached {
			reached = at
		}
	}
	return reached
}
