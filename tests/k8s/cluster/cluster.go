package cluster

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"
)

// Addresses and names of the one node.
const (
	NodeIP    = "10.88.0.1" // of the node, the API server, DNS, and servers beside the cluster; the bridge has it
	NodeName  = "node"
	apiURL    = "https://" + NodeIP + ":6443"
	space     = "orderly" // network namespace
	bridge    = "orderly0"
	cgroup    = "orderly-k8s"
	podRange  = "10.88.0.0/16"
	services  = "10.96.0.0/16"
	apiInside = "10.96.0.1" // the Service "kubernetes"
	dnsDomain = "cluster.local"
	netnsPath = "/run/netns/" + space
)

// Cluster is where it is and who is told about it.
type Cluster struct {
	Root     string    // the project
	Progress io.Writer // lines for a person
}

func (c Cluster) path(elements ...string) string {
	return filepath.Join(append([]string{c.Root, ".dapr", "k8s"}, elements...)...)
}

// state is what a cluster has that is up; bin is what was built for it and stays.
func (c Cluster) state(elements ...string) string {
	return c.path(append([]string{"state"}, elements...)...)
}

// Bin is the path of a program that Build built.
func (c Cluster) Bin(name string) string { return c.path("bin", name) }

// Kubeconfig is the file of the administrator, for programs inside the namespace; KubeconfigOutside is for the host, where
// a relay listens on 127.0.0.1.
func (c Cluster) Kubeconfig() string        { return c.state("admin.kubeconfig") }
func (c Cluster) KubeconfigOutside() string { return c.path("kubeconfig") }

// Command is a program that runs in the cluster's network namespace. (Not by `ip netns exec`: that mounts another /sys,
// without the cgroups.)
func (c Cluster) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "nsenter", append([]string{"--net=" + netnsPath, name}, args...)...)
}

// KubectlCommand is kubectl as administrator.
func (c Cluster) KubectlCommand(ctx context.Context, args ...string) *exec.Cmd {
	return c.Command(ctx, c.Bin("kubectl"), append([]string{"--kubeconfig=" + c.Kubeconfig()}, args...)...)
}

// Kubectl runs kubectl as administrator and returns what it printed; the error has it too.
func (c Cluster) Kubectl(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	cmd := c.KubectlCommand(ctx, args...)
	cmd.Stdin = stdin
	return Output(cmd)
}

// Output runs a command and returns what it printed; the error has it too.
func Output(cmd *exec.Cmd) (string, error) {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, out)
	}
	return string(out), nil
}

// say prints one line of progress with the time since began.
func (c Cluster) say(began time.Time, format string, args ...any) {
	fmt.Fprintf(c.Progress, "%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
}

// Until asks every 100 ms until do succeeds; after limit its last error is the error.
func Until(ctx context.Context, limit time.Duration, what string, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited %s in vain for %s: %w", limit, what, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
