// Package loop goes through the Tilt loop as a developer would, with the real Tilt, on a cluster that is up and has nothing in
// orderly-dev: `make tilt-test`.
package loop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	if err := copyProject(ctx, node.Root, project); err != nil {
		return err
	}
	if it, err = start(ctx, project, dir); err != nil {
		return err
	}
	failed := m.Run() != 0
	if err := it.stop(); err != nil || failed {
		return errors.Join(err, fmt.Errorf("it failed, and is kept in %s: what Tilt said is in tilt.log", dir))
	}
	return os.RemoveAll(dir)
}
