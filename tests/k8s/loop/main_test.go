// Package loop goes through the Tilt loop as a developer would, with the real Tilt, on a cluster that is up and has nothing in
// orderly-dev: `make tilt-test`.
package loop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
	"orderly/tests/k8s/shop"
)

var (
	node = cluster.Cluster{Root: harness.Root(), Progress: os.Stderr}
	dev  = shop.Place{Namespace: "orderly-dev", Ctl: node.KubectlCommand}
	it   *tilt
)

func TestMain(m *testing.M) {
	if err := run(m); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(m *testing.M) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Minute)
	defer cancel()
	if !node.Running() {
		return errors.New("no cluster is up: make k8s-up, or make tilt-test, which does it all")
	}
	dir, err := os.MkdirTemp("", "orderly-loop-")
	if err != nil {
		return err
	}
	project := filepath.Join(dir, "project")
	if err := copyProject(node.Root, project); err != nil {
		return err
	}
	if err := withoutDapr(ctx); err != nil {
		return err
	}
	if it, err = start(ctx, project, dir); err != nil {
		return err
	}
	failed := m.Run() != 0
	err = it.stop()
	if err == nil && !failed {
		err = leave(ctx)
	}
	if err != nil || failed {
		return errors.Join(err, fmt.Errorf("it failed, and is kept in %s: what Tilt said is in tilt.log", dir))
	}
	return os.RemoveAll(dir)
}

// withoutDapr takes Dapr out of the cluster, for Tilt to install it.
func withoutDapr(ctx context.Context) error {
	_, err := cluster.Output(node.Command(ctx, node.Bin("helm"), "--kubeconfig", node.Kubeconfig(), "uninstall", "dapr", "--namespace=dapr-system", "--wait"))
	return err
}

// leave has Tilt take down what it has brought up, of which nothing may be left.
func leave(ctx context.Context) error {
	if _, err := it.do(ctx, "down", "--delete-namespaces"); err != nil {
		return err
	}
	return cluster.Until(ctx, 2*time.Minute, "orderly-dev to be gone", func(ctx context.Context) error {
		out, err := node.Kubectl(ctx, nil, "get", "namespaces", "--output=name")
		if err == nil && strings.Contains(out, dev.Namespace) {
			err = errors.New("it is there")
		}
		return err
	})
}
