package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"orderly/dapr/local"
)

// kubeletSocket is the one thing of a kubelet whose place cannot be chosen.
const kubeletSocket = "/var/lib/kubelet/device-plugins/kubelet.sock"

// Up builds what is missing, starts the node and installs Dapr: ten minutes the first time, then half a minute. What was
// started is taken down again when it fails.
func (c Cluster) Up(ctx context.Context) error {
	if err := Missing(); err != nil {
		return err
	}
	if c.Running() {
		return errors.New("a cluster is up already")
	}
	if err := c.Build(ctx); err != nil {
		return err
	}
	if err := c.Down(ctx); err != nil { // what a cluster left that was killed
		return err
	}
	if _, err := os.Stat(netnsPath); err == nil {
		return fmt.Errorf("%s is there: a cluster is up that another folder started, and there can be one", netnsPath)
	}
	if _, err := os.Stat(kubeletSocket); err == nil {
		return fmt.Errorf("%s is there: this machine is a node of another cluster, whose kubelet would lose it", kubeletSocket)
	}
	if err := c.bringUp(ctx); err != nil {
		err = fmt.Errorf("%w\n%s", err, c.tails())
		return errors.Join(err, c.Down(context.WithoutCancel(ctx)))
	}
	return nil
}

// Running says whether a cluster of this folder is up.
func (c Cluster) Running() bool { return c.pid(apiserver.name) != 0 }

func (c Cluster) bringUp(ctx context.Context) error {
	began := time.Now()
	for _, dir := range []string{"log", "run", "etcd", "kubelet", "containerd"} {
		if err := os.MkdirAll(c.state(dir), 0o700); err != nil {
			return err
		}
	}
	if err := errors.Join(c.identities(), c.configure(), openSpace(ctx), makeCgroups()); err != nil {
		return err
	}
	for _, d := range []daemon{etcd, containerd, apiserver} {
		if err := c.run(ctx, d); err != nil {
			return err
		}
	}
	err := Until(ctx, 30*time.Second, "containerd", func(ctx context.Context) error { _, err := c.ctr(ctx, "version"); return err })
	if err != nil {
		return err
	}
	if err := c.platform(ctx); err != nil {
		return err
	}
	c.say(began, "images are in containerd")
	err = Until(ctx, time.Minute, "the API server", func(ctx context.Context) error { _, err := c.Kubectl(ctx, nil, "get", "--raw", "/readyz"); return err })
	if err != nil {
		return err
	}
	c.say(began, "the API server answers")
	for _, d := range []daemon{controllerManager, scheduler, kubelet, proxy, coredns} {
		if err := c.run(ctx, d); err != nil {
			return err
		}
	}
	err = Until(ctx, time.Minute, "the node to be ready", func(ctx context.Context) error {
		out, err := c.Kubectl(ctx, nil, "get", "nodes", "--no-headers")
		if err == nil && !strings.Contains(out, " Ready ") {
			err = errors.New(strings.TrimSpace(out))
		}
		return err
	})
	if err != nil {
		return err
	}
	c.say(began, "the node is ready")
	if err := c.makeVolumes(ctx); err != nil {
		return err
	}
	if err := c.installDapr(ctx); err != nil {
		return err
	}
	c.say(began, "Dapr %s is ready", local.DaprVersion)
	if err := c.openOutside(ctx); err != nil {
		return err
	}
	c.say(began, "export KUBECONFIG=%s", c.KubeconfigOutside())
	return nil
}

// tails is how the log of each program ends.
func (c Cluster) tails() string {
	var out strings.Builder
	for _, d := range []daemon{etcd, containerd, apiserver, controllerManager, scheduler, kubelet, proxy, coredns} {
		fmt.Fprintf(&out, "--- %s\n%s\n", d.name, c.Tail(d.name, 8))
	}
	return out.String()
}
