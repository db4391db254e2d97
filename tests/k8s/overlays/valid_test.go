package overlays

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every overlay is taken by the server, as strictly as it can, and by kubeconform.
func TestValid(t *testing.T) {
	needsServer(t)
	for name, dir := range overlays(t) {
		t.Run(name, func(t *testing.T) {
			rendered := render(t, dir)
			t.Run("server", func(t *testing.T) {
				said, err := byServer(t, rendered)
				if err != nil {
					t.Fatal(err)
				}
				if taken, wanted := strings.Count(said, "(server dry run)"), bytes.Count(rendered, []byte("\nkind: ")); taken != wanted || strings.Contains(said, "Warning") {
					t.Errorf("%d of %d objects are taken:\n%s", taken, wanted, said)
				}
			})
			t.Run("kubeconform", func(t *testing.T) {
				if said, err := byKubeconform(t, rendered); err != nil {
					t.Errorf("%v\n%s", err, said)
				}
			})
		})
	}
}

// Both find a field that does not exist, and one that is of another type.
func TestInvalid(t *testing.T) {
	needsServer(t)
	rendered := string(render(t, overlays(t)["staging/redis"]))
	for what, change := range map[string]*strings.Replacer{
		"no such field of a Deployment": strings.NewReplacer("revisionHistoryLimit:", "revisionHistory:"),
		"no such field of a Component":  strings.NewReplacer("initTimeout:", "initTime:", "\n  version: v1\n", "\n  version: v1\n  versions: v1\n"),
		"another type":                  strings.NewReplacer("maxReplicas: 6", "maxReplicas: six"),
	} {
		t.Run(what, func(t *testing.T) {
			bad := change.Replace(rendered)
			if bad == rendered {
				t.Fatal("nothing was changed")
			}
			if said, err := byServer(t, []byte(bad)); err == nil {
				t.Errorf("the server takes it:\n%s", said)
			}
			if said, err := byKubeconform(t, []byte(bad)); err == nil {
				t.Errorf("kubeconform takes it:\n%s", said)
			}
		})
	}
}

func byServer(t *testing.T, rendered []byte) (string, error) {
	t.Helper()
	return server.Kubectl(t.Context(), "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", write(t, rendered))
}

func byKubeconform(t *testing.T, rendered []byte) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), node.Bin("kubeconform"), "-strict", "-summary",
		"-schema-location", schemas+"/{{.ResourceKind}}{{.KindSuffix}}.json", write(t, rendered))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rendered.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
