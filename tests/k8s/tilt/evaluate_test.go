// Package tilt evaluates the Tiltfile with the real Tilt, which needs no cluster for it.
package tilt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
)

var node = cluster.Cluster{Root: harness.Root(), Progress: os.Stderr}

func TestMain(m *testing.M) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	if err := node.Build(ctx, "kubectl", cluster.Tilt); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const kubeconfig = `{apiVersion: v1, kind: Config, current-context: CTX, users: [{name: u, user: {}}],
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}], contexts: [{name: CTX, context: {cluster: c, user: u}}]}`

// resource is one of Tilt's.
type resource struct {
	Name                 string
	ResourceDependencies []string
	ImageTargets         []struct {
		Selector       string `json:"selector"`
		LiveUpdateSpec struct {
			Syncs []struct{ LocalPath, ContainerPath string }
		}
	}
	DeployTarget struct {
		PortForwardTemplateSpec struct {
			Forwards []struct{ LocalPort, ContainerPort int }
		}
	}
	Labels map[string]string
}

// images are those that a resource has built, and what is brought into their containers.
func (r resource) images() map[string]string {
	all := map[string]string{}
	for _, i := range r.ImageTargets {
		all[i.Selector] = ""
		for _, s := range i.LiveUpdateSpec.Syncs {
			all[i.Selector] = s.LocalPath + " to " + s.ContainerPath
		}
	}
	return all
}

// ports are those of this machine that lead to ones of the pod.
func (r resource) ports() map[int]int {
	all := map[int]int{}
	for _, f := range r.DeployTarget.PortForwardTemplateSpec.Forwards {
		all[f.LocalPort] = f.ContainerPort
	}
	return all
}

// evaluate gives the resources by name, and what Tilt said.
func evaluate(t *testing.T, kubeContext string, env []string, args ...string) (map[string]resource, string, error) {
	t.Helper()
	home := t.TempDir()
	config := filepath.Join(home, "kubeconfig")
	require.NoError(t, os.WriteFile(config, []byte(strings.ReplaceAll(kubeconfig, "CTX", kubeContext)), 0o600))
	//nolint:gosec // the arguments are this test's own
	cmd := exec.CommandContext(t.Context(), node.Bin(cluster.Tilt), append([]string{"alpha", "tiltfile-result", "-f", filepath.Join(node.Root, "Tiltfile"), "--"}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(node.Bin("kubectl"))+":"+os.Getenv("PATH"), "HOME="+home, "KUBECONFIG="+config,
		"TILT_DISABLE_ANALYTICS=1", "DO_NOT_TRACK=1")
	cmd.Env = append(cmd.Env, env...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, said.String(), err
	}
	var result struct{ Manifests []resource }
	require.NoError(t, json.Unmarshal(out.Bytes(), &result))
	all := map[string]resource{}
	for _, r := range result.Manifests {
		all[r.Name] = r
	}
	return all, said.String(), nil
}
