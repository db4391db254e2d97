package harness

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

var shared struct {
	once  sync.Once
	stack *Stack
	dir   string
	err   error
}

// Shared returns a story on the stack that all plain stories of this test process share. Nothing is shared but the
// processes: every name a story makes with SKU, Customer or Product is its own.
func Shared(t *testing.T) *Story {
	t.Helper()
	t.Cleanup(share())
	sharedSlots <- struct{}{}
	t.Cleanup(func() { <-sharedSlots })
	shared.once.Do(func() {
		there, err := elsewhere()
		switch {
		case err != nil:
			shared.err = err
			return
		case there != nil:
			shared.stack = attach(there)
			return
		}
		if shared.dir, shared.err = os.MkdirTemp("", "orderly-shared-"); shared.err != nil {
			return
		}
		if shared.stack, shared.err = newStack(shared.dir, Options{}); shared.err == nil {
			shared.err = shared.stack.Up()
		}
	})
	if shared.err != nil {
		t.Fatalf("the shared stack did not start: %v", shared.err)
	}
	return newStory(t, shared.stack)
}

func stopShared(keep bool) error {
	if shared.stack == nil {
		return nil
	}
	if shared.stack.there != nil {
		return errors.Join(shared.stack.undocumented(), shared.stack.badNews())
	}
	err := shared.stack.Down()
	if keep || err != nil {
		fmt.Fprintln(os.Stderr, "state and logs of the shared stack are kept in", shared.dir)
		return err
	}
	return os.RemoveAll(shared.dir)
}

// Own returns a story on a stack of its own, which ends with the story.
func Own(t *testing.T, o Options) *Story {
	t.Helper()
	own(t)
	Turn(t)
	stack, err := newStack(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	s := newStory(t, stack)
	t.Cleanup(func() {
		if err := stack.Down(); err != nil {
			t.Errorf("the stack did not end well: %v", err)
		}
		if t.Failed() {
			t.Log(stack.tails(40))
		}
	})
	if o.Idle {
		return s
	}
	if err := stack.Up(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Refused starts a stack that should not start, and returns why it did not; nil when it did.
func Refused(t *testing.T, o Options) error {
	t.Helper()
	own(t)
	Turn(t)
	stack, err := newStack(t.TempDir(), o)
	if err != nil {
		return err
	}
	defer stack.release()
	defer stack.Kill()
	return stack.Up()
}

// Turn waits until there may be one stack more.
func Turn(t *testing.T) {
	stackSlots <- struct{}{}
	t.Cleanup(func() { <-stackSlots })
}
