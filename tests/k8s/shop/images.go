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

// images puts the product's images, as `make images` left them, and the probe's into the node.
func (s *Shop) images(ctx context.Context) error {
	dir := filepath.Join(s.Root, ".dapr", "images")
	list, err := os.ReadFile(filepath.Join(dir, "digests.txt"))
	if err != nil {
		return fmt.Errorf("the product's images are not there, make images: %w", err)
	}
	for reference := range strings.Lines(string(list)) {
		name, tag, found := strings.Cut(strings.TrimSpace(reference), ":")
		tag, _, digested := strings.Cut(tag, "@")
		if !found || !digested {
			return fmt.Errorf("digests.txt says %q", reference)
		}
		s.version = tag // the same of all
		if err := s.Import(ctx, filepath.Join(dir, filepath.Base(name)+".tar")); err != nil {
			return err
		}
	}
	probe := s.Bin("probe")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", probe, "./tests/harness/probe")
	build.Dir, build.Env = s.Root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build of the probe: %w\n%s", err, out)
	}
	return s.Load(ctx, cluster.Image{Name: "docker.io/orderly/probe:" + s.version, Files: map[string]string{"/probe": probe}, Args: []string{"/probe"}})
}
