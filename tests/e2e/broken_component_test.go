package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// A component that cannot be loaded stops the start, and the message has its name and the cause.
func TestBrokenComponents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"a type that is not there": {`apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: crooked-shelf}
spec: {type: state.granite, version: v1, metadata: []}
`, []string{"crooked-shelf", "state.granite"}},
		"a setting that is missing": {`apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: lost-store}
spec: {type: state.sqlite, version: v1, metadata: []}
`, []string{"lost-store", "missing connection string"}},
		"no YAML": {"kind: Component\n\tmetadata: [", []string{"broken.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := harness.Refused(t, harness.Options{Files: map[string]string{"broken.yaml": c.file}})
			if err == nil {
				t.Fatal("it started")
			}
			for _, word := range c.want {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("the message does not say %q:\n%v", word, err)
				}
			}
		})
	}
}
