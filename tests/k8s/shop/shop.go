// Package shop puts the product into a cluster of package cluster, as an overlay of k8s/ has it, with the servers of its
// component set as processes beside it and the probe of the stories as a foreign app.
package shop

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"orderly/dapr/local"
	"orderly/tests/k8s/cluster"
)

// Shop is the product in a cluster, on one component set.
type Shop struct {
	cluster.Cluster
	Place
	Overlay string // such as staging/redis

	version string // of the images
	servers *local.Stack
}

// Open applies the overlay with what it asks for and waits until everything is rolled out. Close must be called, also
// after an error.
func Open(ctx context.Context, c cluster.Cluster, overlay, dir string) (*Shop, error) {
	environment, set, _ := strings.Cut(overlay, "/")
	s := &Shop{Cluster: c, Place: Place{Set: set, Dir: dir, Ctl: c.KubectlCommand}, Overlay: overlay}
	namespace, err := s.Kubectl(ctx, nil, "create", "--dry-run=client", "-o", "jsonpath={.metadata.name}",
		"-f", filepath.Join(c.Root, "k8s", "environments", environment, "namespace.yaml"))
	if err != nil {
		return s, fmt.Errorf("OVERLAY=%q should be like staging/redis: %w", overlay, err)
	}
	s.Namespace = namespace
	began := time.Now()
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"images are loaded", s.images},
		{"servers run", s.startServers},
		{"secrets and Services are applied", s.surroundings},
		{overlay + " is applied", s.apply},
		{"its secrets are read", s.ReadSecrets},
		{"everything is rolled out", s.rolledOut},
	} {
		if err := step.do(ctx); err != nil {
			return s, fmt.Errorf("%s: %w\n%s", overlay, err, s.Describe(ctx))
		}
		fmt.Fprintf(c.Progress, "%6.1f s  %s\n", time.Since(began).Seconds(), step.what)
	}
	return s, nil
}

// Close removes the namespace, with its volumes, and ends the servers.
func (s *Shop) Close(ctx context.Context) error {
	if s.Namespace == "" {
		return nil
	}
	_, err := s.Kubectl(ctx, nil, "delete", "namespace", s.Namespace, "--ignore-not-found", "--wait=true", "--timeout=120s")
	if err == nil {
		_, err = s.Kubectl(ctx, nil, "delete", "persistentvolumes", "-l", "shop="+s.Namespace)
	}
	s.End()
	return err
}

// rolledOut waits for every Deployment and StatefulSet. A rollout that is stuck says so after its progress deadline.
func (s *Shop) rolledOut(ctx context.Context) error {
	names, err := s.In(ctx, "get", "deployments,statefulsets", "-o", "name")
	if err != nil {
		return err
	}
	for _, name := range strings.Fields(names) {
		if _, err := s.In(ctx, "rollout", "status", name, "--timeout=180s"); err != nil {
			return err
		}
	}
	return nil
}

// Describe is what a person would look at when something does not work.
func (s *Shop) Describe(ctx context.Context) string {
	var out strings.Builder
	for _, args := range [][]string{
		{"get", "pods", "-o", "wide"},
		{"get", "events", "--field-selector=type=Warning", "--sort-by=.lastTimestamp"},
	} {
		text, err := s.In(ctx, args...)
		fmt.Fprintf(&out, "--- kubectl %s\n%s", strings.Join(args, " "), text)
		if err != nil {
			fmt.Fprintln(&out, err)
		}
	}
	for _, app := range apps {
		text, err := s.In(ctx, "logs", "-l", "app.kubernetes.io/name="+app, "--all-containers", "--prefix", "--tail=12")
		if err == nil {
			fmt.Fprintf(&out, "--- %s\n%s", app, text)
		}
	}
	return out.String()
}
