package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"orderly/dapr/local"
)

const daprSystem = "dapr-system" // the namespace of Dapr's own

// Chart returns the folder of Dapr's official Helm chart: it is in Dapr's own Go module.
func (c Cluster) Chart(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", "github.com/dapr/dapr") // there already, but for built programs of another machine
	cmd.Dir = filepath.Join(c.Root, "tests", "k8s", "tools", "dapr")
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download: %w %s", err, said)
	}
	var module struct{ Dir string }
	err = json.Unmarshal(said, &module)
	return filepath.Join(module.Dir, "charts", "dapr"), err
}

// DaprValues are those that the chart is installed with.
func (c Cluster) DaprValues() string { return c.state("dapr.yaml") }

// installation is how helm is called to install the chart, set as here; its values are written into a file.
func (c Cluster) installation(ctx context.Context, kubeconfig, values string) ([]string, error) {
	chart, err := c.Chart(ctx)
	if err != nil {
		return nil, err
	}
	text, err := files.ReadFile("files/dapr.yaml")
	if err != nil {
		return nil, err
	}
	filled := strings.NewReplacer("REGISTRY", registry, "VERSION", local.DaprVersion).Replace(string(text))
	return []string{"--kubeconfig", kubeconfig, "install", "dapr", chart, "--namespace", daprSystem, "--create-namespace", "--values", values},
		os.WriteFile(values, []byte(filled), 0o600)
}

// installDapr installs the chart with the images that platform made.
func (c Cluster) installDapr(ctx context.Context) error {
	args, err := c.installation(ctx, c.Kubeconfig(), c.DaprValues())
	if err != nil {
		return err
	}
	if _, err := Output(c.Command(ctx, c.Bin("helm"), args...)); err != nil {
		return err
	}
	return c.daprReady(ctx)
}

// daprReady waits until sidecars can be made: the injector's webhook is there, and whom it needs.
func (c Cluster) daprReady(ctx context.Context) error {
	for _, name := range []string{"deployment/dapr-operator", "deployment/dapr-sentry", "deployment/dapr-sidecar-injector"} {
		if _, err := c.Kubectl(ctx, nil, "-n", daprSystem, "rollout", "status", name, "--timeout=120s"); err != nil {
			return err
		}
	}
	return Until(ctx, time.Minute, "the injector to be reachable", func(ctx context.Context) error {
		out, err := c.Kubectl(ctx, nil, "-n", daprSystem, "get", "endpointslices", "-l", "kubernetes.io/service-name=dapr-sidecar-injector",
			"-o", "jsonpath={.items[*].endpoints[?(@.conditions.ready)].addresses}")
		if err == nil && strings.TrimSpace(out) == "" {
			err = fmt.Errorf("no endpoint of dapr-sidecar-injector is ready")
		}
		return err
	})
}
