package ledger

import (
	"context"
	"errors"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"orderly/services/internal/event"
	"orderly/services/internal/sidecar"
)

// flushTime is how long one page may take before its callers are told that the
// store does not answer.
const flushTime = 8 * time.Second

var errOther = errors.New("another replica wrote this page")

// flush decides on changes and keeps what they wrote as one page. It runs once
// at a time.
func (b *Book) flush(ctx context.Context, changes []Change) []error {
	ctx, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	answers := make([]error, len(changes))
	if err := b.page(ctx, changes, answers); err != nil {
		for i := range answers {
			answers[i] = Unavailable(err)
		}
	}
	return answers
}

// page forms and writes the page of changes, anew each time that another replica
// was first. Its error means that nobody knows what became of the changes.
func (b *Book) page(ctx context.Context, changes []Change, answers []error) error {
	if err := b.open(ctx); err != nil {
		return err
	}
	if !isChores(changes) {
		b.payBack(ctx)
	}
	keys := wanted(changes)
	defer func() {
		b.m.mu.Lock()
		b.m.unpin(keys)
		b.m.mu.Unlock()
	}()
	b.m.mu.Lock()
	b.m.pin(keys)
	b.m.mu.Unlock()
	for {
		p, missing, head, err := b.form(ctx, changes, answers, keys)
		switch {
		case err != nil:
			return err
		case len(missing) > 0:
			b.m.mu.Lock()
			b.m.pin(missing)
			b.m.mu.Unlock()
			keys = append(keys, missing...)
			continue
		case p == nil && isChores(changes):
			return b.tidy(ctx)
		case p == nil:
			// Who writes nothing must know that nobody else did.
			if err := b.load(ctx, nil, true); err != nil || b.Head() == head {
				return err
			}
			continue
		}
		err = b.write(ctx, p, choresAlong)
		if errors.Is(err, errOther) {
			continue
		}
		return err
	}
}

// wanted is the documents that changes will ask for.
func wanted(changes []Change) []string {
	var keys []string
	for _, c := range changes {
		keys = append(keys, c.Keys...)
	}
	return keys
}

// form makes the decisions, as of page head. It returns no page when they wrote
// nothing, and the documents they miss, if they do: then nothing was decided.
func (b *Book) form(ctx context.Context, changes []Change, answers []error, keys []string) (p *page, missing []string, head int64, err error) {
	if err := b.load(ctx, keys, false); err != nil {
		return nil, nil, 0, err
	}
	all, fresh := newDraft(len(changes)), make(map[string]bool, len(changes))
	b.m.mu.Lock()
	head = b.m.head
	missing = b.decide(changes, answers, &all, fresh)
	b.m.mu.Unlock()
	if len(missing) > 0 || all.empty() {
		return nil, missing, head, nil
	}
	if p, err = formPage(b.o.Codec, &all, fresh, b.newPageID(), b.o.Now().UTC()); err != nil {
		return nil, nil, head, err
	}
	p.N = head + 1
	return p, nil, head, nil
}

func (b *Book) decide(changes []Change, answers []error, all *draft, fresh map[string]bool) (missing []string) {
	for i, c := range changes {
		if c.Decide == nil {
			answers[i] = nil
			continue
		}
		t := &Txn{m: b.m, base: all, missing: map[string]bool{}, fresh: b.m.fresh(c)}
		answers[i] = safely(c.Decide, t)
		for key := range t.missing {
			missing = append(missing, key)
		}
		if answers[i] != nil {
			continue
		}
		for _, key := range t.fresh {
			fresh[key] = true
		}
		all.add(t.draft)
	}
	return missing
}

// safely turns a panic into the error of the one who caused it.
func safely(decide func(*Txn) error, t *Txn) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = event.Panicked(v, debug.Stack())
		}
	}()
	return decide(t)
}

// write creates the page, and in the same transaction some of what is left of
// earlier ones. errOther means that another replica was first.
func (b *Book) write(ctx context.Context, p *page, some int) error {
	body, err := p.encode()
	if err != nil {
		return err
	}
	create := sidecar.Create(pageKey(p.N), body)
	chores := b.chores(p.N, some)
	err = b.o.Store.Apply(ctx, append([]sidecar.Op{create}, chores.ops...)...)
	b.wrote(chores, err)
	for pause := 2 * time.Millisecond; err != nil; pause = min(2*pause, 500*time.Millisecond) {
		// Whatever the store said, what counts is what is there.
		docs, rerr := b.o.Store.GetMany(ctx, []string{pageKey(p.N)})
		if rerr == nil && docs[pageKey(p.N)].Found() {
			return b.settle(p, docs[pageKey(p.N)])
		}
		if rerr == nil {
			if err = b.o.Store.Apply(ctx, create); err == nil {
				break
			}
		}
		if away := errors.Join(err, rerr); errors.Is(away, sidecar.ErrAway) {
			return away // callers are told now; who decides next finds out what is there
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, rerr)
		case <-time.After(pause):
		}
	}
	b.take(p)
	return nil
}

// settle takes in the page that was found where p was to be written.
func (b *Book) settle(p *page, found sidecar.Doc) error {
	there, err := openPage(b.o.Codec, p.N, found)
	if err != nil {
		return err
	}
	if there.ID == p.ID {
		b.take(p)
		return nil
	}
	if err := b.learn(p.N, found); err != nil {
		return err
	}
	return errOther
}

// A page's id is <replica>/<birth>/<number>.
func newBirth() string { return uuid.NewString() }

func (b *Book) newPageID() string {
	return b.o.Replica + "/" + b.born + "/" + strconv.FormatInt(b.pages.Add(1), 36)
}

func (b *Book) mine(pageID string) bool { return strings.HasPrefix(pageID, b.o.Replica+"/"+b.born+"/") }
