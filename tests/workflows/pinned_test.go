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

	"orderly/tests/harness"
)

var pinned = regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// An action of somebody else is named by its commit, with the version beside it. A job has an end.
func TestPinnedAndBounded(t *testing.T) {
	for _, pattern := range []string{"workflows/*.yml", "actions/*/action.yml"} {
		files, err := filepath.Glob(filepath.Join(harness.Root(), ".github", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var all yaml.Node
			require.NoError(t, yaml.Unmarshal(text, &all), file)
			each(&all, func(key string, value *yaml.Node) {
				if key == "uses" && !strings.HasPrefix(value.Value, "./") {
					assert.Regexp(t, pinned, value.Value+" "+value.LineComment, file)
				}
			})
			var w struct {
				Jobs map[string]struct {
					RunsOn  string `yaml:"runs-on"`
					Timeout int    `yaml:"timeout-minutes"`
				}
			}
			require.NoError(t, all.Decode(&w), file)
			for name, job := range w.Jobs {
				assert.Equal(t, job.RunsOn != "", job.Timeout > 0, "%s: the job %s has no timeout-minutes", file, name)
			}
		}
	}
}

// each visits every value of every mapping, wherever it is.
func each(n *yaml.Node, visit func(key string, value *yaml.Node)) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			visit(n.Content[i-1].Value, child)
		}
		each(child, visit)
	}
}
