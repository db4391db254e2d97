package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"orderly/services/internal/sidecar"
)

// Again runs once, which reads, decides and commits, until it loses no race to
// another writer: at most tries times, with a growing random pause between. What
// it returns then, or when ctx ends before, is a sidecar.ErrConflict still:
// nothing was written.
func Again(ctx context.Context, tries int, once func() error) error {
	for try := 1; ; try++ {
		err := once()
		if !errors.Is(err, sidecar.ErrConflict) {
			return err
		}
		if try == tries {
			return fmt.Errorf("gave up after %d lost races: %w", try, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", err, ctx.Err())
		case <-time.After(rand.N(time.Duration(min(try, 10)) * 4 * time.Millisecond)): //nolint:gosec // jitter
		}
	}
}
