package ledger

import (
	"context"
	"net/http"
	"time"

	"orderly/services/internal/problem"
)

const (
	indexStep   = 100 * time.Millisecond // of reading commits again, and as long a rest
	indexLook   = 5 * time.Second        // how often a follower looks how far the leader has come
	mostBehind  = 20_000                 // commits that a follower reads again; else it waits for the leader
	behindAtAsk = 2000                   // commits that a search reads again, for a moment
)

// run keeps the index up with the commits until ctx ends.
func (x *index) run(ctx context.Context) {
	if x.none() {
		return
	}
	x.b.every(ctx, indexStep, "the index waits", func(ctx context.Context) error {
		if err := x.step(ctx, false); err != nil || x.behind() > 0 {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
		return nil
	})
}

// step reads commits that were missed, for a moment, and writes nodes when it is
// time; with all, whatever the time is.
func (x *index) step(ctx context.Context, all bool) error {
	if x.none() {
		return nil
	}
	if err := x.b.open(ctx); err != nil {
		return err
	}
	if err := x.one.enter(ctx); err != nil {
		return err
	}
	defer x.one.leave()
	if !x.b.Leads() {
		if err := x.follow(ctx); err != nil {
			return err
		}
	}
	for ends := x.b.o.Now().Add(indexStep); ; {
		if err := x.catchUp(ctx, ends); err != nil {
			return err
		}
		x.say(ctx)
		if x.b.Leads() && x.due(all) {
			if err := x.write(ctx); err != nil {
				return err
			}
		}
		if x.behind() == 0 || !x.b.Leads() || (!all && !x.b.o.Now().Before(ends)) {
			return nil
		}
	}
}

// follow forgets the marks that the leader has written.
func (x *index) follow(ctx context.Context) error {
	now := x.b.o.Now()
	if x.behind() == 0 && now.Sub(x.looked) < indexLook && !now.Before(x.looked) {
		return nil
	}
	x.looked = now
	stored, err := x.read(ctx)
	if err != nil {
		return err
	}
	x.mu.Lock()
	ahead := stored > x.through
	x.mu.Unlock()
	if ahead {
		x.start(stored)
	} else {
		x.wrote(stored)
	}
	return nil
}

// behind returns how many commits the index does not know yet.
func (x *index) behind() int64 {
	head := x.b.Head()
	x.mu.Lock()
	defer x.mu.Unlock()
	return max(head-x.through, 0)
}

// catchUp reads commits that memory had no room for, or that were kept before this
// process began, until ends or as many as are written at once.
func (x *index) catchUp(ctx context.Context, ends time.Time) error {
	for many, most := 1, nodesAtOnce; ; many = min(many*2, most) {
		head := x.b.Head()
		x.mu.Lock()
		next, full := x.through+1, x.waiting >= marksAtOnce
		x.mu.Unlock()
		if next > head || full || (!x.b.Leads() && head-next >= mostBehind) {
			return nil
		}
		keys := make([]string, min(int64(many), head-next+1))
		for i := range keys {
			keys[i] = pageKey(next + int64(i))
		}
		docs, err := x.b.o.Store.GetMany(ctx, keys)
		if err != nil && many > 1 { // together they may be larger than a message
			many, most = 1, 1
			continue
		}
		if err != nil {
			return err
		}
		for i, key := range keys {
			p, err := openPage(x.b.o.Codec, next+int64(i), docs[key])
			if err != nil {
				return err
			}
			x.hear(p)
		}
		if !x.b.o.Now().Before(ends) {
			return nil
		}
	}
}

// say logs how a long reading goes on: now and then, and at its end.
func (x *index) say(ctx context.Context) {
	behind, now := x.behind(), x.b.o.Now()
	switch {
	case behind == 0 && !x.said.IsZero():
		x.said = time.Time{}
		x.b.o.Log.InfoContext(ctx, "the index has all commits", "commits", x.b.Head())
	case behind > behindAtAsk && now.Sub(x.said) >= 10*time.Second:
		x.said = now
		x.b.o.Log.InfoContext(ctx, "the index reads commits", "left", behind, "commits", x.b.Head())
	}
}

// ready has the index know every commit that this replica knows, or says that it
// does not yet.
func (x *index) ready(ctx context.Context) error {
	behind := x.behind()
	if behind > 0 && behind <= behindAtAsk {
		if err := x.one.enter(ctx); err != nil {
			return err
		}
		err := x.catchUp(ctx, x.b.o.Now().Add(2*indexStep))
		x.one.leave()
		if err != nil {
			return Unavailable(err)
		}
		behind = x.behind()
	}
	if behind == 0 {
		return nil
	}
	return problem.New(http.StatusServiceUnavailable, "index-behind",
		"The index for this list is being built: %d of %d commits are left to read. Ask again.", behind, x.b.Head()).
		After(time.Second)
}
