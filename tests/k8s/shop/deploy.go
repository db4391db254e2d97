package shop

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A registry that nobody can reach: what is there is what the node has already.
const registry = "registry.example/orderly"

// Images say where each image is, NAME@DIGEST by its name in k8s/base.
type Images map[string]string

// Publish lets the node have the product's images as if pulled from a registry, and returns what k8s/publish.sh would print.
func (s *Shop) Publish(ctx context.Context) (Images, error) {
	all, _, err := s.released()
	if err != nil {
		return nil, err
	}
	published := Images{}
	for name, reference := range all {
		image, digest, _ := strings.Cut(reference, "@") // released has seen to it
		published[name] = registry + "/" + filepath.Base(name) + "@" + digest
		if err := s.Tag(ctx, image, published[name]); err != nil {
			return nil, err
		}
	}
	return published, nil
}

// Deploy runs k8s/deploy.sh for a set in a copy of the project, in which the shop's overlay has what the node asks for, and
// some more lines for its kustomization.yaml. It returns what was printed; the error is that of the script.
func (s *Shop) Deploy(ctx context.Context, set string, images Images, timeout, more string) (string, error) {
	project := filepath.Join(s.Dir, "project")
	if err := s.copyTo(project, more); err != nil {
		return "", err
	}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(images)) {
		fmt.Fprintf(&lines, "%s=%s\n", name, images[name])
	}
	environment, _, _ := strings.Cut(s.Overlay, "/")
	cmd := s.Command(ctx, filepath.Join(project, "k8s", "deploy.sh"), environment, set)
	cmd.Stdin = strings.NewReader(lines.String())
	cmd.Env = append(os.Environ(), "TIMEOUT="+timeout, "KUBECONFIG="+s.Kubeconfig(),
		"PATH="+filepath.Dir(s.Bin("kubectl"))+":"+os.Getenv("PATH"), "GIT_DIR="+filepath.Join(s.Root, ".git"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// copyTo copies what k8s/deploy.sh reads, and puts the shop's overlay between it and the overlay as it is.
func (s *Shop) copyTo(project, more string) error {
	if err := os.RemoveAll(project); err != nil {
		return err
	}
	for _, dir := range []string{"k8s", "components", "dapr"} {
		if err := os.CopyFS(filepath.Join(project, dir), os.DirFS(filepath.Join(s.Root, dir))); err != nil {
			return err
		}
	}
	overlay := filepath.Join(project, "k8s", "overlays", s.Overlay)
	if err := os.Rename(overlay, overlay+"-as-it-is"); err != nil {
		return err
	}
	node, err := filepath.Rel(overlay, filepath.Join(s.Dir, "overlay", "node"))
	if err != nil {
		return err
	}
	return write(filepath.Join(overlay, "kustomization.yaml"), fmt.Sprintf("resources: [../%s-as-it-is]\ncomponents: [%s]\n%s\n", s.Set, node, more))
}
