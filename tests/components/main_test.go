// Package components holds a component set to its promises: the set in SET, or the embedded one. What is promised is in
// components/README.md, which these tests read.
package components

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"orderly/dapr/local"
	"orderly/tests/harness"
)

func TestMain(m *testing.M) {
	if err := described(harness.Set()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	harness.Main(m, nil)
}

// described says what the tables of components/README.md lack of a set: what is not promised cannot be tested.
func described(set string) error {
	rows, err := harness.Promises()
	if err != nil {
		return err
	}
	var missing []error
	for _, head := range slices.Sorted(maps.Keys(rows[local.Embedded])) {
		if rows[set][head] == "" {
			missing = append(missing, fmt.Errorf("components/README.md does not say of the set %s: %s", set, head))
		}
	}
	return errors.Join(missing...)
}

// found prints what the matrix shows in place of "ok".
func found(t *testing.T, what string) {
	t.Helper()
	fmt.Printf("found: %s: %s\n", t.Name(), what)
}
