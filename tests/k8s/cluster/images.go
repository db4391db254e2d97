package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"orderly/dapr/local"
)

const pauseImage = "docker.io/local/pause:1"

// registry of the images that only this cluster has. Nothing is ever pulled.
const registry = "docker.io/local"

// platform builds what a node itself needs and puts it into containerd: the pause image and Dapr's control plane.
func (c Cluster) platform(ctx context.Context) error {
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", c.Bin("pause"), "./tests/k8s/cluster/pause")
	build.Dir, build.Env = c.Root, append(os.Environ(), "CGO_ENABLED=0")
	if _, err := Output(build); err != nil {
		return err
	}
	all := []Image{{Name: pauseImage, Files: map[string]string{"/pause": c.Bin("pause")}, Args: []string{"/pause"}}}
	for _, name := range []string{"operator", "injector", "sentry", "placement", "scheduler"} {
		all = append(all, Image{Name: registry + "/" + name + ":" + local.DaprVersion, Files: map[string]string{"/" + name: c.Bin(name)}})
	}
	for _, i := range all {
		if err := c.Load(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// Load makes an image and puts it into containerd.
func (c Cluster) Load(ctx context.Context, i Image) error {
	file := c.state("image.tar")
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	defer out.Close()
	if err := i.archive(out); err != nil {
		return err
	}
	return c.Import(ctx, file)
}

// Import puts the images of an archive into containerd.
func (c Cluster) Import(ctx context.Context, archive string) error {
	if _, err := c.ctr(ctx, "images", "import", archive); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(archive), err)
	}
	return nil
}

// Tag gives an image one more name, by which pods may ask for it: kubelet takes it for pulled.
func (c Cluster) Tag(ctx context.Context, image, name string) error {
	_, err := c.ctr(ctx, "images", "tag", "--force", image, name)
	return err
}
