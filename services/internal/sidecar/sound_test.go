package sidecar

import (
	"context"
	"errors"
	"testing"
	"time"

	dapr "github.com/dapr/go-sdk/client"
	"github.com/stretchr/testify/assert"
)

// frozen is a store that takes everything and answers nothing.
type frozen struct{ dapr.Client }

func (frozen) SaveBulkState(ctx context.Context, _ string, _ ...*dapr.SetStateItem) error {
	<-ctx.Done()
	return ctx.Err()
}

func (frozen) ExecuteStateTransaction(ctx context.Context, _ string, _ map[string]string,
	_ []*dapr.StateOperation,
) error {
	<-ctx.Done()
	return ctx.Err()
}

// A service that starts while its store stands still answers at once as well: that the store tells keys apart is not
// known yet, and asking is a use like any other.
func TestAStoreThatWasNeverProvenIsAwayAtOnce(t *testing.T) {
	w := newWorld(t, component{Name: "s", Type: "state.postgresql"})
	w.dapr = frozen{w.dapr}
	s := w.State("s")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	early := make(chan error)
	go func() { _, err := s.GetMany(ctx, []string{"a", "b"}); early <- err }()
	assert.Eventually(t, func() bool { return s.writes.waiting.Load() == 1 }, 5*time.Second, time.Millisecond)

	why := errors.New("no answer")
	s.writes.away.Store(&why)
	s.writes.cut.Load().end(ErrAway)
	assert.Error(t, <-early, "what waited for it")
	_, err := s.GetMany(ctx, []string{"a", "b"})
	assert.ErrorIs(t, err, ErrAway)
	assert.ErrorIs(t, s.Apply(ctx, Put("a", []byte("1"))), ErrAway)
	assert.NotErrorIs(t, s.probeWrite(short(t), 0), ErrAway, "but the probe that brings it back asks")
	assert.NoError(t, ctx.Err())
}

func short(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
