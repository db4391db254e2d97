package overlays

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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

// Each sidecar is given every variable that its components take.
func TestVariables(t *testing.T) {
	for name, dir := range overlays(t) {
		rendered := parse(t, render(t, dir))
		for _, app := range []string{"order", "stock", "notify"} {
			given := annotation(t, rendered, app, "env") + "," + annotation(t, rendered, app, "env-from-secret")
			for _, component := range rendered {
				if component["kind"] != "Component" || !reads(component, app) {
					continue
				}
				for _, m := range component["spec"].(object)["metadata"].([]any) {
					variable, _ := m.(object)["envRef"].(string)
					assert.True(t, variable == "" || strings.Contains(","+given, ","+variable+"="), "%s: %s of %s takes %s, and has %s", name, metadata(component, "name"), app, variable, given)
				}
			}
		}
	}
}

// A sidecar in a cluster is set as one of `make run` is.
func TestSidecarsAreSetAsLocally(t *testing.T) {
	run, err := local.ReadRunFile(node.Root, local.Embedded)
	require.NoError(t, err)
	c := run.Common
	for name, dir := range overlays(t) {
		rendered := parse(t, render(t, dir))
		for _, app := range run.Apps {
			for key, want := range map[string]string{
				"app-id": app.ID, "max-body-size": c.MaxBodySize, "read-buffer-size": c.ReadBufferSize,
				"enable-app-health-check": strconv.FormatBool(c.HealthCheck), "app-health-check-path": c.HealthPath,
				"app-health-probe-interval": strconv.Itoa(c.HealthInterval), "app-health-probe-timeout": strconv.Itoa(c.HealthTimeout),
				"app-health-threshold": strconv.Itoa(c.HealthThreshold),
			} {
				assert.Equal(t, want, annotation(t, rendered, app.ID, key), "%s: %s of %s", name, key, app.ID)
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

// annotation returns dapr.io/<key> of a service's pods, "" if they do not have it.
func annotation(t *testing.T, all []object, app, key string) string {
	t.Helper()
	kind := "Deployment"
	if !slices.ContainsFunc(all, func(o object) bool { return o["kind"] == kind && metadata(o, "name") == app }) {
		kind = "StatefulSet"
	}
	pod := find(t, all, kind, app)["spec"].(object)["template"].(object)["metadata"].(object)
	value, _ := pod["annotations"].(object)["dapr.io/"+key].(string)
	return value
}
