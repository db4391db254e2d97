// Package workflows holds .github to what it says of itself, where actionlint cannot.
package workflows

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"orderly/dapr/local"
	"orderly/tests/harness"
)

type workflow struct {
	Jobs map[string]struct {
		Strategy struct {
			Matrix struct {
				Include []struct{ Set, Packages string }
			}
		}
		Steps []struct{ Run string }
	}
}

// checks is what is checked before anything lands.
func checks(t *testing.T) workflow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(), ".github", "workflows", "checks.yml"))
	require.NoError(t, err)
	var w workflow
	require.NoError(t, yaml.Unmarshal(text, &w))
	return w
}

// less is what makes a check shorter where all are done in one go: there all is done, side by side.
var less = regexp.MustCompile(`^(CI=true|RUNS=\d+) `)

// Checks are all that .ci/run does.
func TestChecksAreThoseOfCI(t *testing.T) {
	script, err := os.ReadFile(filepath.Join(harness.Root(), ".ci", "run"))
	require.NoError(t, err)
	var done []string
	for _, job := range checks(t).Jobs {
		for _, step := range job.Steps {
			done = append(done, strings.TrimSpace(step.Run))
		}
	}
	const first = "step \"modules are tidy\"\n"
	_, commands, found := strings.Cut(string(script), first)
	require.True(t, found, ".ci/run has no line %q any more, behind which its checks begin", first)
	for command := range strings.Lines(commands) {
		command = less.ReplaceAllString(strings.TrimSpace(command), "")
		if command != "" && !strings.HasPrefix(command, "step ") {
			assert.Contains(t, done, command)
		}
	}
}

// Every component set has a job of its own, with the packages that it needs.
func TestEverySetIsChecked(t *testing.T) {
	sets, err := local.Sets(harness.Root())
	require.NoError(t, err)
	want, have := map[string]string{}, map[string]string{}
	for _, name := range sets {
		set, err := local.ReadSet(harness.Root(), name)
		require.NoError(t, err)
		want[name] = strings.Join(set.Packages(), " ")
	}
	for _, row := range checks(t).Jobs["components"].Strategy.Matrix.Include {
		have[row.Set] = row.Packages
	}
	assert.Equal(t, want, have)
}
