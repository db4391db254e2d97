// Package components holds a component set to its promises: the set in SET, or the embedded one. What is promised is in
// components/README.md, which these tests read.
package components

import (
	"fmt"
	"testing"

	"orderly/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m, nil) }

// found prints what the matrix shows in place of "ok".
func found(t *testing.T, what string) {
	t.Helper()
	fmt.Printf("found: %s: %s\n", t.Name(), what)
}
