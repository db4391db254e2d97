// Package deployed tries the product in a cluster, as an overlay deploys it: OVERLAY, such as staging/redis. It runs inside
// the network of a cluster that is up; `make k8s-test` sees to both.
package deployed

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

var deployed *shop.Shop

func TestMain(m *testing.M) {
	if err := run(m); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var errTests = errors.New("tests failed")

func run(m *testing.M) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Minute)
	defer cancel()
	c := cluster.Cluster{Root: harness.Root(), Progress: os.Stderr}
	if !c.Running() {
		return errors.New("no cluster is up: make k8s-up, or make k8s-test, which does it all")
	}
	dir, err := os.MkdirTemp("", "orderly-shop-")
	if err != nil {
		return err
	}
	overlay := os.Getenv("OVERLAY")
	if err := os.Setenv("SET", filepath.Base(overlay)); err != nil { // for the programs beside the cluster, and the stories
		return err
	}
	deployed, err = shop.Open(ctx, c, overlay, dir)
	defer func() { err = errors.Join(err, deployed.Close(context.WithoutCancel(ctx))) }()
	if err != nil {
		return err
	}
	// For the stories that are told in this process.
	system, err := deployed.System(ctx)
	if err != nil {
		return err
	}
	if err := os.Setenv("SYSTEM", system); err != nil {
		return err
	}
	if m.Run() != 0 {
		fmt.Fprintln(os.Stderr, deployed.Describe(ctx), "\nlogs and state are kept in", dir)
		return errTests
	}
	return os.RemoveAll(dir)
}

// in runs kubectl in the shop's namespace and ends the test when it fails.
func in(t *testing.T, args ...string) string {
	t.Helper()
	out, err := deployed.In(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// story is one on the shop, with direct calls by its Services.
func story(t *testing.T) *harness.Story { return harness.Shared(t) }
