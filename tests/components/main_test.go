// Package components holds a component set to its promises: the set in SET, or the embedded one. What is promised is in
// components/README.md, which these tests read.
package components

import (
	"testing"

	"orderly/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m, nil) }
