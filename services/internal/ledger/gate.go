package ledger

import "context"

// gate lets one through at a time. Unlike a mutex it can be given up on, and be
// waited at while the one inside waits for the store.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return Unavailable(ctx.Err())
	}
}

func (g gate) leave() { <-g }
