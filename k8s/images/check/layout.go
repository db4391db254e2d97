package check

import (
	"context"
	"errors"
	"fmt"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// Layout looks at an image in an OCI layout, at each of its platforms, at their SBOMs, and at the tarball <dir>.tar. For
// the platform of this machine it starts the program, too.
func Layout(ctx context.Context, dir string, want Want) error {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return err
	}
	named, err := partial.FindManifests(index, match.Annotation("io.containerd.image.name", want.Reference))
	if err != nil {
		return err
	}
	if len(named) != 1 {
		return fmt.Errorf("%d manifests are called %s", len(named), want.Reference)
	}
	images, err := platformsOf(index, named[0])
	if err != nil {
		return err
	}
	var wrong []error
	var platforms []string
	for _, image := range images {
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		platform := config.Platform().String()
		platforms = append(platforms, platform)
		if err := one(ctx, index, image, want); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", platform, err))
		}
	}
	if slices.Sort(platforms); !slices.Equal(platforms, slices.Sorted(slices.Values(want.Platforms))) {
		wrong = append(wrong, fmt.Errorf("it is for %v, not %v", platforms, want.Platforms))
	}
	return errors.Join(append(wrong, tarball(dir))...)
}

// platformsOf returns the images of a manifest: its own, or those of an index.
func platformsOf(layout v1.ImageIndex, named v1.Descriptor) ([]v1.Image, error) {
	if !named.MediaType.IsIndex() {
		image, err := layout.Image(named.Digest)
		return []v1.Image{image}, err
	}
	index, err := layout.ImageIndex(named.Digest)
	if err != nil {
		return nil, err
	}
	return partial.FindImages(index, func(v1.Descriptor) bool { return true })
}

// one looks at an image for one platform.
func one(ctx context.Context, index v1.ImageIndex, image v1.Image, want Want) error {
	if err := validate.Image(image); err != nil { // what everything else rests on: digests and sizes
		return err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return err
	}
	files, err := read(image, want.program())
	if err != nil {
		return err
	}
	outside := errors.Join(configuration(config, want), files.check(want))
	built, err := files.built()
	if err != nil {
		return errors.Join(outside, fmt.Errorf("%s: %w", want.program(), err))
	}
	return errors.Join(
		outside,
		program(built, config, want),
		sbom(index, image, built),
		start(ctx, files.program, config, want),
	)
}
