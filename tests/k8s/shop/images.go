package shop

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"orderly/tests/k8s/cluster"
)

// released are the product's images as `make images` left them: what is NAME:TAG@DIGEST by its name in k8s/base, such as
// orderly/order. The tag is the same of all.
func (s *Shop) released() (all map[string]string, version string, err error) {
	list, err := os.ReadFile(filepath.Join(s.Root, ".dapr", "images", "digests.txt"))
	if err != nil {
		return nil, "", fmt.Errorf("the product's images are not there, make images: %w", err)
	}
	all = map[string]string{}
	for line := range strings.Lines(string(list)) {
		reference := strings.TrimSpace(line)
		name, tag, found := strings.Cut(strings.TrimPrefix(reference, "docker.io/"), ":")
		tag, _, digested := strings.Cut(tag, "@")
		if !found || !digested {
			return nil, "", fmt.Errorf("digests.txt says %q", line)
		}
		all[name], version = reference, tag
	}
	return all, version, nil
}

// images puts the product's images and the probe's into the node.
func (s *Shop) images(ctx context.Context) error {
	all, version, err := s.released()
	if err != nil {
		return err
	}
	s.version = version
	for name := range all {
		if err := s.Import(ctx, filepath.Join(s.Root, ".dapr", "images", filepath.Base(name)+".tar")); err != nil {
			return err
		}
	}
	probe := s.Bin("probe")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", probe, "./tests/harness/probe")
	build.Dir, build.Env = s.Root, append(os.Environ(), "CGO_ENABLED=0")
	if _, err := cluster.Output(build); err != nil {
		return err
	}
	return s.Load(ctx, cluster.Image{Name: "docker.io/orderly/probe:" + s.version, Files: map[string]string{"/probe": probe}, Args: []string{"/probe"}})
}
