package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// tool is a program that is built from a nested module in tests/k8s/tools.
type tool struct{ name, module, pkg string }

const kube = "k8s.io/kubernetes/cmd/"

// Validation needs the first seven, rendering the first one.
var tools = []tool{
	{"kustomize", "kubernetes", "sigs.k8s.io/kustomize/kustomize/v5"},
	{"kube-apiserver", "kubernetes", kube + "kube-apiserver"},
	{"kubectl", "kubernetes", kube + "kubectl"},
	{"kubeconform", "kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform"},
	{"helm", "helm", "helm.sh/helm/v3/cmd/helm"},
	{"injector", "dapr", "github.com/dapr/dapr/cmd/injector"},
	{"sentry", "dapr", "github.com/dapr/dapr/cmd/sentry"},
	{"kube-controller-manager", "kubernetes", kube + "kube-controller-manager"},
	{"kube-scheduler", "kubernetes", kube + "kube-scheduler"},
	{"kubelet", "kubernetes", kube + "kubelet"},
	{"kube-proxy", "kubernetes", kube + "kube-proxy"},
	{"coredns", "coredns", "github.com/coredns/coredns"},
	{"operator", "dapr", "github.com/dapr/dapr/cmd/operator"},
	{"placement", "dapr", "github.com/dapr/dapr/cmd/placement"},
	{"scheduler", "dapr", "github.com/dapr/dapr/cmd/scheduler"},
	{Tilt, "tilt", "github.com/tilt-dev/tilt/cmd/tilt"},
}

// Tilt is built only for those who name it: no cluster needs it, and it takes as long as all others.
const Tilt = "tilt"

// Build builds the programs that are missing or whose module has changed: ten minutes on two cores the first time, with
// a line for each. Without names it builds all that a cluster needs.
func (c Cluster) Build(ctx context.Context, names ...string) error {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n] = true
	}
	if err := os.MkdirAll(c.path("bin"), 0o755); err != nil {
		return err
	}
	for i, t := range tools {
		if len(names) > 0 && !wanted[t.name] || len(names) == 0 && t.name == Tilt {
			continue
		}
		if err := c.build(ctx, t, fmt.Sprintf("%d of %d", i+1, len(tools))); err != nil {
			return err
		}
	}
	return nil
}

func (c Cluster) build(ctx context.Context, t tool, which string) error {
	dir, stamp := filepath.Join(c.Root, "tests", "k8s", "tools", t.module), c.Bin(t.name+".stamp")
	want, err := fingerprint(dir, t)
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want {
		return nil
	}
	began := time.Now()
	fmt.Fprintf(c.Progress, "building %s (%s)\n", t.name, which)
	cmd := exec.CommandContext(ctx, "go", "build", "-C", dir, "-trimpath", "-ldflags", "-s -w", "-o", c.Bin(t.name), t.pkg)
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	if t.name != Tilt { // which needs C
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0") // static: some of them run in images that are empty but for them
	}
	if out, err := Output(cmd); err != nil {
		return fmt.Errorf("cannot build %s: %w%s", t.name, err, out)
	}
	fmt.Fprintf(c.Progress, "built %s in %s\n", t.name, time.Since(began).Round(time.Second))
	return os.WriteFile(stamp, []byte(want), 0o644)
}

// fingerprint changes when the program would.
func fingerprint(dir string, t tool) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), t.pkg)
	for _, name := range []string{"go.mod", "go.sum"} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		sum.Write(body)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
