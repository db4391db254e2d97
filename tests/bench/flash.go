package main

import (
	"context"
	"net/http"
)

// crowd is how many buyers of the flash sale stand at the door at once: more than customers on other days.
const crowd = 2 * many

// flashSale has many buyers, each of whom asks once for one of few units. First some orders of the usual kind warm
// everything up, which the row does not show.
func (b *bench) flashSale(ctx context.Context, s *system) error {
	done := b.screen.during("e  warming up", nil)
	warm := b.load(s, s.orders(), uniform, crowd)
	warm.span, warm.warm = warm.warm, 0
	warm.run(ctx)
	done()
	l := b.load(s, s.orders(), oneFlash, crowd)
	l.total, l.warm, l.span = b.o.buyers, 0, 0
	l.expect = []int{http.StatusCreated, http.StatusConflict}
	r := &row{Letter: "e", Name: "flash sale", orders: true}
	r.judge = func(result) {
		got, refused := r.Statuses[http.StatusCreated], r.Statuses[http.StatusConflict]
		if int64(got) != s.shelf.few || int64(refused) != l.total-s.shelf.few {
			r.void("of %d buyers %d got one of %d units and %d were refused", l.total, got, s.shelf.few, refused)
		}
	}
	return b.measure(ctx, s, r, l)
}
