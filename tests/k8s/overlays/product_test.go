package overlays

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"orderly/dapr/local"
)

// Every set has an overlay in every environment; the embedded one, of which nothing can be doubled, for developers only.
func TestEverySetEverywhere(t *testing.T) {
	sets, err := local.Sets(node.Root)
	require.NoError(t, err)
	all := overlays(t)
	for _, set := range sets {
		for _, environment := range []string{"dev", "staging", "prod"} {
			_, there := all[environment+"/"+set]
			assert.Equal(t, set != local.Embedded || environment == "dev", there, "%s/%s", environment, set)
		}
	}
}

// What sidecars read is what they read on a laptop: each file of the set, but for secrets, and those in dapr/.
func TestFilesAreUnchanged(t *testing.T) {
	for name, dir := range overlays(t) {
		rendered := parse(t, render(t, dir))
		for _, pattern := range []string{"components/" + filepath.Base(dir) + "/*.yaml", "dapr/resiliency.yaml", "dapr/subscriptions/*.yaml", "components/secrets/kubernetes.yaml"} {
			files, err := filepath.Glob(filepath.Join(node.Root, pattern))
			require.NoError(t, err)
			require.NotEmpty(t, files, pattern)
			for _, file := range files {
				if filepath.Base(file) == "secrets.yaml" {
					continue
				}
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				for _, want := range parse(t, text) {
					got := find(t, rendered, want["kind"].(string), metadata(want, "name"))
					assert.Equal(t, want["spec"], got["spec"], "%s: %s", name, file)
					assert.Equal(t, want["scopes"], got["scopes"], "%s: %s", name, file)
				}
			}
		}
	}
}

func parse(t *testing.T, text []byte) (all []object) {
	t.Helper()
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var o object
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, o)
	}
}

func metadata(o object, key string) string { return fmt.Sprint(o["metadata"].(object)[key]) }

func find(t *testing.T, all []object, kind, name string) object {
	t.Helper()
	i := slices.IndexFunc(all, func(o object) bool { return o["kind"] == kind && metadata(o, "name") == name })
	require.GreaterOrEqual(t, i, 0, "%s %s is not there", kind, name)
	return all[i]
}

// reads says whether an app's sidecar loads a component.
func reads(component object, app string) bool {
	scopes, _ := component["scopes"].([]any) // without it, all do
	return len(scopes) == 0 || slices.Contains(scopes, any(app))
}
