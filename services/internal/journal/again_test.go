package journal_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/journal"
	"orderly/services/internal/problem"
	"orderly/services/internal/sidecar"
)

func TestAgainGoesOnlyForLostRaces(t *testing.T) {
	lost := fmt.Errorf("doc: %w", sidecar.ErrConflict)
	runs := 0
	require.NoError(t, journal.Again(t.Context(), 5, func() error {
		if runs++; runs < 4 {
			return lost
		}
		return nil
	}))
	assert.Equal(t, 4, runs)

	runs = 0
	require.ErrorIs(t, journal.Again(t.Context(), 5, func() error { runs++; return lost }), sidecar.ErrConflict)
	assert.Equal(t, 5, runs)

	other := errors.New("the store is away")
	runs = 0
	require.ErrorIs(t, journal.Again(t.Context(), 5, func() error { runs++; return other }), other)
	assert.Equal(t, 1, runs)

	ctx, cancel := context.WithCancel(t.Context())
	runs = 0
	err := journal.Again(ctx, 1000, func() error { runs++; cancel(); return lost })
	require.ErrorIs(t, err, sidecar.ErrConflict)
	assert.Less(t, runs, 1000)
}

// TestACallerWhoseTimeIsOverIsToldToAskAgain has a store that does not answer.
func TestACallerWhoseTimeIsOverIsToldToAskAgain(t *testing.T) {
	answer := make(chan struct{})
	defer close(answer)
	b := journal.NewBook(&fakestore.Store{Fault: func(string, []string) error { <-answer; return nil }})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := b.Commit(ctx, []sidecar.Op{sidecar.Create("doc", []byte("1"))})
	assert.Equal(t, http.StatusServiceUnavailable, problem.Table(nil).Of(err).Status)
}
