package harness

import (
	"errors"
	"testing"
	"time"
)

// A promise of time is held to, and what holds up the questions is no fault of who is asked.
func TestPromptly(t *testing.T) {
	const limit = 100 * time.Millisecond
	for name, c := range map[string]struct {
		after, answer time.Duration
		kept          bool
	}{
		"in time":              {0, 0, true},
		"too late":             {6 * limit, 0, false},
		"on a machine held up": {4 * limit, 4 * limit, true},
	} {
		began := time.Now()
		took, allowed, err := promptly(limit, func() error {
			late := time.Since(began) < c.after
			time.Sleep(c.answer)
			if late {
				return errors.New("not yet")
			}
			return nil
		})
		if kept := err == nil && took <= allowed; kept != c.kept {
			t.Errorf("%s: took %s, allowed %s, %v", name, took, allowed, err)
		}
	}
}
