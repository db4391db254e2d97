package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/ko/pkg/build"

	"orderly/k8s/images/rootfs"
)

// ownBase is the base image that is made here. Its name is in the images and their SBOMs; no registry has it.
const ownBase = "orderly.local/base"

// baseOf gives ko the base image of that name: our own, or one from a registry.
func baseOf(image string, platforms []string) build.GetBase {
	return func(ctx context.Context, _ string) (name.Reference, build.Result, error) {
		ref, err := name.ParseReference(image)
		if err != nil {
			return nil, nil, err
		}
		var base build.Result
		if image == ownBase {
			base, err = makeBase(platforms)
		} else {
			base, err = pull(ctx, ref)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("base image %s: %w", image, err)
		}
		return ref, base, nil
	}
}

// makeBase returns an index with the same image for each platform.
func makeBase(platforms []string) (v1.ImageIndex, error) {
	var layer bytes.Buffer
	if err := rootfs.Tar(&layer, rootfs.Entries()); err != nil {
		return nil, err
	}
	files, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(layer.Bytes())), nil
	}, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range platforms {
		platform, err := v1.ParsePlatform(p)
		if err != nil {
			return nil, err
		}
		image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
		if image, err = mutate.ConfigFile(image, &v1.ConfigFile{
			OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant, Created: epoch,
			RootFS: v1.RootFS{Type: "layers"},
		}); err != nil {
			return nil, err
		}
		if image, err = mutate.Append(image, mutate.Addendum{
			Layer: files, History: v1.History{Created: epoch, CreatedBy: "orderly/k8s/images/rootfs"},
		}); err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: platform}})
	}
	return index, nil
}

func pull(ctx context.Context, ref name.Reference) (build.Result, error) {
	found, err := remote.Get(ref, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain))
	if err != nil {
		return nil, err
	}
	if found.MediaType.IsIndex() {
		return found.ImageIndex()
	}
	return found.Image()
}
