// Package e2e tells the stories of the whole system: real services, real sidecars, one story per file.
package e2e

import (
	"errors"
	"testing"
	"time"

	"orderly/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m, harness.Uncalled) }

// M is a JSON object.
type M = harness.M

var line = harness.Line

// soak is how long something that must not happen is given to happen.
const soak = 2 * time.Second

var errNotYet = errors.New("not yet")
