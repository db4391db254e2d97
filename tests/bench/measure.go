package main

import (
	"context"
	"fmt"
	"time"
)

// measure adds a row, between echoes: those after one row are those before the next. An error ends the run; a row that
// is void does not.
func (b *bench) measure(ctx context.Context, s *system, r *row, l *load) (err error) {
	if b.lastPace.rate == 0 {
		if b.lastPace, err = b.pace(ctx, s); err != nil {
			return err
		}
	}
	before := b.lastPace
	if err = b.run(ctx, s, r, l); err != nil {
		return err
	}
	b.lastPace, err = b.pace(ctx, s)
	between := before.between(b.lastPace)
	r.Echoes, r.Lone = between.rate, between.lone
	return err
}

// run runs a load, looks at what it left behind and adds the row.
func (b *bench) run(ctx context.Context, s *system, r *row, l *load) error {
	r.Clients = l.clients
	stop := s.watch()
	done := b.screen.during(r.Letter+"  "+r.title(), l.progress)
	profiled := b.profiles(ctx, s, r, l)
	res := l.run(ctx)
	done()
	profiled()
	if ctx.Err() == nil && r.orders {
		b.settle(ctx, s, r, res.ended)
	}
	r.take(l, res, stop())
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if r.orders {
		if err := s.check(ctx); err != nil {
			r.void("%v", err)
		}
	}
	if r.Errors > 0 {
		r.void("%d answers were not expected", r.Errors)
	}
	if r.judge != nil {
		r.judge(res)
	}
	b.add(r)
	return context.Cause(ctx)
}

// settle waits until notify has caught up with a load whose last answer was at ended.
func (b *bench) settle(ctx context.Context, s *system, r *row, ended time.Time) {
	done := b.screen.during(fmt.Sprintf("%s  waiting for notify", r.Letter), nil)
	err := s.catchUp(ctx)
	done()
	r.Behind = seconds(time.Since(ended))
	if err != nil {
		r.void("%v", err)
	}
}

func (b *bench) add(r *row) {
	b.rows = append(b.rows, r)
	b.screen.say(r.line())
}

// progress says how far a load is.
func (l *load) progress(since time.Duration) string {
	text := fmt.Sprintf("%d answered, %.0f/s", l.sent.Load(), float64(l.sent.Load())/since.Seconds())
	if l.total > 0 {
		text = fmt.Sprintf("%d of %d answered, %.0f/s", l.sent.Load(), l.total, float64(l.sent.Load())/since.Seconds())
	}
	if n := l.failed.Load(); n > 0 {
		text += fmt.Sprintf(", %d errors", n)
	}
	return text
}
